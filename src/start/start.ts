import { load } from './bundle.ts';

load('./main.js');
