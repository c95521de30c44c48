/** IFNAMSIZ - 1 of <linux/if.h>: bytes that the name of an interface has at most. */
const MAX_BYTES = 15;

/**
 * What is wrong with the name of a network interface, or undefined. The rules are those of the
 * Linux kernel (dev_valid_name), and one more: the name becomes a word on a command line.
 */
export function interfaceNameFault(name: string): string | undefined {
  if (name === '') return 'an interface has a name, such as eth1';
  if (Buffer.byteLength(name) > MAX_BYTES) {
    return `the name of an interface has at most ${MAX_BYTES} bytes`;
  }
  if (name.startsWith('-')) return 'the name of an interface does not begin with -';
  if (name === '.' || name === '..' || /[/:\s\p{Cc}]/u.test(name)) {
    return 'the name of an interface has no slash, colon, white space or control character';
  }
  return undefined;
}
