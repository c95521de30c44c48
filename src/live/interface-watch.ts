import { type InterfaceFacts, InterfaceReader } from './interface-facts.js';
import { QuietWatch } from './quiet-watch.js';

/** What the system says of one interface while it is captured. */
export class InterfaceWatch {
  readonly name: string;
  /** What weakens the capture though it runs. */
  warnings: readonly string[] = [];

  private readonly reader = new InterfaceReader();
  private readonly quiet = new QuietWatch();
  /** The kernel's number of the interface that the child was started for. */
  private index: number | undefined = undefined;

  constructor(name: string) {
    this.name = name;
  }

  find(): InterfaceFacts | undefined {
    return this.reader.find(this.name);
  }

  all(): InterfaceFacts[] {
    return this.reader.list();
  }

  /** A child is started for the interface as it is now. */
  remember(): void {
    this.index = this.find()?.index;
  }

  /** Whether the name is another interface's now than when it was remembered. */
  isOther(): boolean {
    const now = this.find()?.index;
    return now !== undefined && this.index !== undefined && now !== this.index;
  }

  /** Why the interface cannot be read now; undefined when it can. */
  missing(): 'gone' | 'link-down' | undefined {
    const facts = this.find();
    if (facts === undefined) return 'gone';
    return facts.up === false ? 'link-down' : undefined;
  }

  /** The same for people, with what to do. */
  problem(missing: 'gone' | 'link-down'): string {
    return missing === 'gone'
      ? `there is no interface ${this.name} now; it is waited for`
      : `${this.name} is switched off: ip link set ${this.name} up`;
  }

  /** Called at regular times with the number of frames captured until now. */
  look(frames: number): void {
    const facts = this.find();
    const warnings: string[] = [];
    const quiet = this.quiet.look(frames, facts?.received, performance.now());
    if (quiet !== undefined) warnings.push(quiet);
    if (facts?.up === true && facts.carrier === false) {
      warnings.push(`${this.name} has no carrier: check the cable and the other side`);
    }
    this.warnings = warnings;
  }
}
