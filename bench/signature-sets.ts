import type { LoadedSignatures } from '../src/rules/load.js';
import type { Scalar, Selection, Signature } from '../src/rules/signature.js';

/**
 * A set of so many signatures out of the loaded ones: some of them, or all and more of their kind,
 * which look for other literals, numbers and lengths in the same places.
 */
export function signatureSetOf(loaded: LoadedSignatures, count: number): LoadedSignatures {
  const { signatures } = loaded;
  if (count <= signatures.length) {
    const chosen = signatures.filter(
      (_, i) =>
        Math.floor((i * count) / signatures.length) !==
        Math.floor(((i + 1) * count) / signatures.length),
    );
    return { ...loaded, signatures: chosen };
  }
  const more = Array.from({ length: count - signatures.length }, (_, i) => {
    const turn = 1 + Math.floor(i / signatures.length);
    return varied(signatures[i % signatures.length]!, turn);
  });
  return { ...loaded, signatures: [...signatures, ...more] };
}

function varied(signature: Signature, turn: number): Signature {
  const selections = [...signature.selections].map(
    ([name, selection]) => [name, variedSelection(selection, turn)] as const,
  );
  return {
    ...signature,
    id: `${signature.id}-${turn}`,
    sid: signature.sid + turn,
    selections: new Map(selections),
  };
}

function variedSelection(selection: Selection, turn: number): Selection {
  return Object.fromEntries(
    Object.entries(selection).map(([key, value]) => {
      if (/^(?:method|is_\w+|transport|deviations|status)\b|\|(?:same_as|cidr|exists)$/.test(key)) {
        return [key, value];
      }
      const vary = (one: Scalar) => variedValue(one, turn, key.endsWith('|matches'));
      return [key, Array.isArray(value) ? value.map(vary) : vary(value)];
    }),
  );
}

/** Another literal of the same length, another number; in a pattern, other counts. */
function variedValue(value: Scalar, turn: number, isPattern: boolean): Scalar {
  if (typeof value === 'number') return value > 1 ? value + turn : value;
  if (typeof value !== 'string' || value.startsWith('list:')) return value;
  if (isPattern) {
    return value.replace(/\{(\d+)\}/g, (_, digits) => `{${Number(digits) + turn}}`);
  }
  const at = value.search(/[a-z0-9](?=[^a-z0-9]*$)/i);
  if (at === -1) return value;
  return value.slice(0, at) + String.fromCharCode(103 + turn) + value.slice(at + 1);
}
