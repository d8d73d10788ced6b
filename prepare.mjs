// `npm install --global` of a git repository, as pre-commit does it, hands the option down to the install that is to
// prepare the clone: what the build needs is then missing (npm/cli#8440), and is fetched here.

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

if (process.env.npm_config_global === 'true' && !existsSync('node_modules/typescript')) {
  const npm = process.env.npm_execpath;
  const options = [
    '--global=false',
    '--include=dev',
    '--ignore-scripts',
    '--no-save',
    '--no-audit',
    '--no-fund',
  ];
  execFileSync(process.execPath, [npm, 'install', ...options], { stdio: 'inherit' });
}
