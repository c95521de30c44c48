import type { LoadedSignatures } from '../rules/load.js';
import type { Example, Signature } from '../rules/signature.js';
import { Sensor } from '../sensor.js';
import { Counters } from '../telemetry/counters.js';
import { examplePackets } from './example-messages.js';
import { ipFrames, RAW_LINK } from './ip-frame.js';

export interface ExampleResult {
  readonly signature: Signature;
  readonly example: Example;
  readonly alerted: boolean;
  readonly passed: boolean;
  /** For a failure: which selections held, and what was observed. */
  readonly detail: string;
}

/** Examples happen at this packet time; nothing depends on it. */
const START = Date.UTC(2026, 0, 15, 12) / 1000;

/** Runs every example of a signature, each on its own sensor that knows this signature alone. */
export function testSignature(
  signature: Signature,
  lists: LoadedSignatures['lists'],
): ExampleResult[] {
  return signature.examples.map((example) => runExample(signature, example, lists));
}

function runExample(
  signature: Signature,
  example: Example,
  lists: LoadedSignatures['lists'],
): ExampleResult {
  const counters = new Counters();
  const sensor = new Sensor({
    signatures: { signatures: [signature], problems: [], lists },
    counters,
    ports: undefined,
    onAlert: () => {},
  });
  const trace = new Trace();
  sensor.engine.onTried = (_, held) => trace.tried(held);
  for (const { at, bytes } of ipFrames(examplePackets(example))) {
    sensor.frame(bytes, 0, bytes.length, START + at, bytes.length, RAW_LINK);
  }
  sensor.finish();
  const alerted = counters.findings > 0;
  const passed = alerted === (example.expect === 'alert');
  return { signature, example, alerted, passed, detail: passed ? '' : trace.summary(counters) };
}

/** Counts which selections held together, most often first. */
class Trace {
  private readonly combinations = new Map<string, number>();

  tried(held: readonly string[]): void {
    const key = held.length === 0 ? 'none' : held.join('+');
    this.combinations.set(key, (this.combinations.get(key) ?? 0) + 1);
  }

  summary(counters: Counters): string {
    const seen = `${counters.requests} requests, ${counters.responses} responses, ${counters.observations} observations`;
    if (this.combinations.size === 0) {
      return `${seen}; it was never tried: nothing came that it looks at`;
    }
    const parts = [...this.combinations]
      .sort((a, b) => b[1] - a[1])
      .map(([held, times]) => `${held} (${times}×)`);
    return `${seen}; selections that held: ${parts.slice(0, 4).join(', ')}`;
  }
}
