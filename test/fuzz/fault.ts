/** A promise was broken by some input. The rule names the promise, in the same words each time. */
export class Fault extends Error {
  readonly rule: string;

  constructor(rule: string, detail: string) {
    super(detail === '' ? rule : `${rule}: ${detail}`);
    this.name = 'Fault';
    this.rule = rule;
  }
}

export function expect(holds: boolean, rule: string, detail: () => unknown = () => ''): void {
  if (!holds) throw new Fault(rule, String(detail()));
}

/** What two failures must share to count as the same: numbers in a message may differ. */
export function ruleOf(error: unknown): string {
  if (error instanceof Fault) return error.rule;
  if (!(error instanceof Error)) return 'threw something that is no error';
  const place = /\n\s+at [^(\n]*\(?[^()\n]*?([\w-]+\.js:\d+)/.exec(error.stack ?? '')?.[1] ?? '';
  return `${error.name}: ${error.message.replaceAll(/\d+/g, '#').slice(0, 200)} (${place})`;
}
