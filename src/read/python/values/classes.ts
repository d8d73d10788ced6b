import { PyClass } from './object.ts';

/** Python's own classes. Their methods are put in by `types/`. */
const typeMembers = new Map();
export const objectClass: PyClass = new PyClass('object', [], [], new Map(), { sealed: true });
export const typeClass: PyClass = new PyClass('type', [objectClass], [objectClass], typeMembers, {
  sealed: true,
});
typeClass.cls = typeClass;
objectClass.cls = typeClass;

function own(name: string, base: PyClass = objectClass, exact = true): PyClass {
  return new PyClass(name, [base], base.mro, new Map(), { sealed: true, exact });
}

export const noneClass = own('NoneType');
export const intClass = own('int');
export const boolClass = own('bool', intClass);
export const floatClass = own('float');
export const strClass = own('str');
export const bytesClass = own('bytes');
export const listClass = own('list');
export const tupleClass = own('tuple');
export const dictClass = own('dict');
export const setClass = own('set');
export const frozensetClass = own('frozenset');
export const rangeClass = own('range');
export const sliceClass = own('slice');
export const functionClass = own('function');
export const builtinFunctionClass = own('builtin_function_or_method');
export const methodClass = own('method');
export const moduleClass = own('module');
export const generatorClass = own('generator');
export const iteratorClass = own('iterator');
export const propertyClass = own('property');
export const staticmethodClass = own('staticmethod');
export const classmethodClass = own('classmethod');
export const superClass = own('super');
export const notImplementedClass = own('NotImplementedType');
export const ellipsisClass = own('ellipsis');
export const viewClass = own('dict_view', objectClass, false);
export const aliasClass = own('GenericAlias');
