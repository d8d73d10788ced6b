import type { ConstantValue, Expression } from '../ast.ts';
import { getAttribute } from '../operate/core.ts';
import { format } from '../operate/format.ts';
import { ascii, repr, str } from '../operate/text.ts';
import { getItem } from '../operate/items.ts';
import { syntaxError } from '../parse/problem.ts';
import { claimElements, claimText } from '../state.ts';
import { PyDict, PySet } from '../values/dict.ts';
import type { Value } from '../values/object.ts';
import { Ellipsis, PyBytes, PyFloat, PyList, PySlice, PyTuple } from '../values/values.ts';
import { callOf, eachEntry, elementsOf } from './calls.ts';
import { dictOf, generatorOf, listOf, setOf } from './comprehensions.ts';
import { lambdaOf } from './functions.ts';
import { assignName, load } from './names.ts';
import { binaryOf, booleanOf, compareOf, conditionalOf, unaryOf } from './operators.ts';
import type { Scope } from './scope.ts';
import type { Evaluate, Unit } from './unit.ts';

type Of<T extends Expression['type']> = Extract<Expression, { type: T }>;

export function compileExpression(node: Expression, scope: Scope, unit: Unit): Evaluate {
  switch (node.type) {
    case 'Constant':
      return constantOf(node.kind === 'ellipsis' ? Ellipsis : valueOf(node.value));
    case 'Name':
      return load(node.id, scope, unit);
    case 'Attribute': {
      const object = unit.expression(node.value, scope);
      const name = scope.mangled(node.attribute);
      return (frame) => getAttribute(object(frame), name);
    }
    case 'Subscript': {
      const object = unit.expression(node.value, scope);
      const index = unit.expression(node.slice, scope);
      return (frame) => {
        const value = object(frame);
        return getItem(value, index(frame));
      };
    }
    case 'Call':
      return callOf(node, scope, unit);
    case 'BinOp':
      return binaryOf(node.operator, unit.expression(node.left, scope), unit.expression(node.right, scope));
    case 'BoolOp':
      return booleanOf(node, scope, unit);
    case 'UnaryOp':
      return unaryOf(node, scope, unit);
    case 'Compare':
      return compareOf(node, scope, unit);
    case 'IfExp':
      return conditionalOf(node, scope, unit);
    case 'NamedExpr': {
      const value = unit.expression(node.value, scope);
      const assign = assignName(node.target.id, scope);
      return (frame) => {
        const result = value(frame);
        assign(frame, result);
        return result;
      };
    }
    case 'Lambda':
      return lambdaOf(node, scope, unit);
    case 'List': {
      const elements = elementsOf(node.elements, scope, unit);
      return (frame) => {
        const items = elements(frame);
        claimElements(items.length + 8);
        return new PyList(items);
      };
    }
    case 'Tuple': {
      const elements = elementsOf(node.elements, scope, unit);
      return (frame) => {
        const items = elements(frame);
        claimElements(items.length + 8);
        return new PyTuple(items);
      };
    }
    case 'Set': {
      const elements = elementsOf(node.elements, scope, unit);
      return (frame) => PySet.of(elements(frame));
    }
    case 'Dict':
      return dictDisplay(node, scope, unit);
    case 'ListComp':
      return listOf(node, scope, unit);
    case 'SetComp':
      return setOf(node, scope, unit);
    case 'DictComp':
      return dictOf(node, scope, unit);
    case 'GeneratorExp':
      return generatorOf(node, scope, unit);
    case 'JoinedStr':
      return joinedOf(node, scope, unit);
    case 'FormattedValue':
      return joinedOf({ ...node, type: 'JoinedStr', values: [node] }, scope, unit);
    case 'Slice':
      return sliceOf(node, scope, unit);
    case 'Yield':
    case 'YieldFrom': {
      const slot = unit.yieldSlots.get(node);
      if (slot === undefined) throw syntaxError("'yield' is not read in this place", node);
      return (frame) => frame.slots[slot] as Value;
    }
    case 'Starred':
      throw syntaxError("can't use starred expression here", node);
  }
}

function constantOf(value: Value): Evaluate {
  return () => value;
}

function valueOf(value: ConstantValue): Value {
  if (value instanceof Uint8Array) return new PyBytes(value);
  if (value !== null && typeof value === 'object') return new PyFloat(value.float);
  return value;
}

function dictDisplay(node: Of<'Dict'>, scope: Scope, unit: Unit): Evaluate {
  const keys = node.keys.map((key) => (key === undefined ? undefined : unit.expression(key, scope)));
  const values = node.values.map((value) => unit.expression(value, scope));
  return (frame) => {
    const dict = new PyDict();
    values.forEach((value, i) => {
      const key = keys[i];
      if (key === undefined) eachEntry(value(frame), (each, of) => dict.set(each, of));
      else {
        const own = key(frame);
        dict.set(own, value(frame));
      }
    });
    return dict;
  };
}

function joinedOf(node: Of<'JoinedStr'>, scope: Scope, unit: Unit): Evaluate {
  const parts = node.values.map((part): ((frame: Parameters<Evaluate>[0]) => string) => {
    if (part.type !== 'FormattedValue') {
      const plain = unit.expression(part, scope);
      return (frame) => plain(frame) as string;
    }
    const value = unit.expression(part.value, scope);
    const specifier = part.format === undefined ? undefined : joinedOf(part.format, scope, unit);
    const convert =
      part.conversion === undefined ? undefined : { s: str, r: repr, a: ascii }[part.conversion];
    return (frame) => {
      const own = value(frame);
      const converted = convert === undefined ? own : convert(own);
      return format(converted, specifier === undefined ? '' : (specifier(frame) as string));
    };
  });
  return (frame) => {
    let text = '';
    for (const part of parts) text += part(frame);
    claimText(text.length);
    return text;
  };
}

function sliceOf(node: Of<'Slice'>, scope: Scope, unit: Unit): Evaluate {
  const [lower, upper, step] = [node.lower, node.upper, node.step].map((part) =>
    part === undefined ? constantOf(null) : unit.expression(part, scope),
  );
  return (frame) => {
    const start = lower!(frame);
    const stop = upper!(frame);
    return new PySlice(start, stop, step!(frame));
  };
}
