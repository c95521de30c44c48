import { GroupKey } from '../../src/rules/group-key.js';

/** The key of a group that is known by this text. */
export function group(text: string): GroupKey {
  return new GroupKey().setText(text);
}
