import type { CallOptions } from './calls.js';
import type { Host } from './host.js';
import { nationalNumber } from './numbers.js';
import type { StageScene } from './stage.js';

export interface OfficeOptions {
  readonly phones?: number;
  /** First extension. Default 201. */
  readonly first?: number;
  /** Addresses of the phones up to their last number. Default `10.20.0.`; or `2001:db8:20::`. */
  readonly network?: string;
  readonly pbx?: Host;
  readonly trunk?: Host;
  /** RTP datagrams of each side that are shown of a call. Default 0. */
  readonly media?: number;
}

/** How a call between people ends, by share: most are answered, some are not. */
const ENDS: readonly (CallOptions['fails'] | undefined)[] = [
  undefined,
  undefined,
  undefined,
  undefined,
  undefined,
  undefined,
  'cancel',
  '486 Busy Here',
  '480 Temporarily Unavailable',
  undefined,
];

/** A PBX (two sides of a call: a back-to-back user agent), its phones and its trunk. */
export class Office {
  readonly pbx: Host;
  readonly trunk: Host;
  readonly phones: readonly Host[];
  readonly media: number;
  private readonly stage: StageScene;
  private readonly first: number;
  private readonly callIds: readonly string[];
  private cseq = 1;

  constructor(stage: StageScene, options: OfficeOptions = {}) {
    const { phones = 20, first = 201, network = '10.20.0.', media = 0 } = options;
    this.stage = stage;
    this.first = first;
    this.media = media;
    this.pbx = options.pbx ?? stage.server('203.0.113.5');
    this.trunk = options.trunk ?? stage.host('203.0.113.129', { agent: 'Sonus SBC 9.2' });
    const numbers = Array.from({ length: phones }, (_, i) => i + 11);
    this.phones = numbers.map((number) => stage.phone(`${network}${number}`));
    this.callIds = numbers.map(() => `${stage.hex(20)}@${network}`);
  }

  extension(index: number): string {
    return `${this.first + index}`;
  }

  /** All phones register, spread over so many seconds from `at` on. */
  registerAll(at: number, over: number): void {
    const { stage } = this;
    this.cseq += 2;
    for (const [i, phone] of this.phones.entries()) {
      stage.during(at + (over * i) / this.phones.length + stage.seconds(0, 1), () =>
        stage.register(phone, this.pbx, this.extension(i), {
          callId: this.callIds[i]!,
          cseq: this.cseq,
        }),
      );
    }
  }

  /** So many calls at random times: inside, out and in. */
  calls(from: number, to: number, count: number): void {
    const { stage } = this;
    for (let i = 0; i < count; i++) {
      const at = stage.seconds(from, to - 1);
      stage.during(at, () => this.call(i % 4));
    }
  }

  private call(kind: number): void {
    const { stage } = this;
    const fails = stage.random.pick(ENDS);
    const own = stage.random.below(this.phones.length);
    const other = (own + 1 + stage.random.below(this.phones.length - 1)) % this.phones.length;
    const outside = `0${nationalNumber(stage.random)}`;
    const options = {
      ring: stage.seconds(3, 18),
      talk: stage.seconds(20, 400),
      ends: stage.random.chance(0.5) ? 'caller' : 'callee',
      media: this.media,
      ...(fails === undefined ? {} : { fails }),
    } as const;
    if (kind <= 1) this.inside(own, other, options);
    else if (kind === 2) this.out(own, outside, options);
    else this.in(own, outside, options);
  }

  /** An extension calls another, through the PBX. */
  inside(from: number, to: number, options: Partial<CallOptions> = {}): void {
    const { stage, pbx, phones } = this;
    const call = { ...options, from: this.extension(from), to: this.extension(to) };
    stage.call(phones[from]!, pbx, { ...call, login: this.login(from) });
    stage.during(stage.at + 0.05, () => stage.call(pbx, phones[to]!, call));
  }

  /** An extension calls a number of the telephone network. */
  out(from: number, number: string, options: Partial<CallOptions> = {}): void {
    const { stage, pbx, phones, trunk } = this;
    const call = { ...options, from: this.extension(from), to: number };
    stage.call(phones[from]!, pbx, { ...call, login: this.login(from) });
    const outside = { ...call, from: `01632960${this.extension(from)}` };
    stage.during(stage.at + 0.05, () => stage.call(pbx, trunk, outside));
  }

  /** Somebody outside calls an extension. */
  in(to: number, caller: string, options: Partial<CallOptions> = {}): void {
    const { stage, pbx, phones, trunk } = this;
    const call = { ...options, from: caller, to: `01632960${this.extension(to)}` };
    stage.call(trunk, pbx, call);
    const inside = { ...call, to: this.extension(to) };
    stage.during(stage.at + 0.05, () => stage.call(pbx, phones[to]!, inside));
  }

  private login(index: number) {
    const user = this.extension(index);
    return { user, password: `pw-${user}`, realm: 'asterisk' };
  }
}
