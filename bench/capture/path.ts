import { type Envelope, type PacketFile, type Socket, TcpFlag } from './packet-file.js';
import type { Random } from './random.js';
import type { Schedule, Script } from './schedule.js';

/** The file that is written, the clock, and how many messages it has and shall have. */
export interface Recorder {
  readonly file: PacketFile;
  readonly random: Random;
  readonly schedule: Schedule;
  readonly wanted: number;
  messages: number;
}

/** Seconds between two segments that are sent at once. */
const GAP = 30e-6;
const MSS = 1460;
/** Of the datagrams, how many are lost behind the place of the capture and so sent again. */
const LOST = 0.004;
/** RFC 3261 §17.1.1.1. */
const T1 = 0.5;

/** Between two parties: over UDP each message is a datagram, over TCP a piece of a stream. */
export class Path {
  private readonly there: Envelope;
  private readonly back: Envelope;
  private readonly tcp: Connection | undefined;

  private readonly recorder: Recorder;
  readonly near: Socket;
  readonly far: Socket;
  readonly transport: 'UDP' | 'TCP';

  constructor(
    recorder: Recorder,
    near: Socket,
    far: Socket,
    transport: 'UDP' | 'TCP' = 'UDP',
    vlan = 0,
  ) {
    this.recorder = recorder;
    this.near = near;
    this.far = far;
    this.transport = transport;
    this.there = { from: near, to: far, vlan };
    this.back = { from: far, to: near, vlan };
    this.tcp = transport === 'TCP' ? new Connection(recorder, this.there, this.back) : undefined;
  }

  /**
   * `isLast` false: the sender has another message at the same moment, which over TCP comes in the
   * same segment.
   */
  send(fromNear: boolean, text: string, isLast = true): void {
    const { recorder, tcp } = this;
    if (recorder.messages === recorder.wanted) return;
    recorder.messages++;
    if (tcp) tcp.send(fromNear, text, isLast || recorder.messages === recorder.wanted);
    else {
      const { file, schedule, random } = recorder;
      file.datagram(schedule.now, fromNear ? this.there : this.back, text);
      if (random.chance(LOST)) schedule.start(this.again(fromNear, text));
    }
  }

  private *again(fromNear: boolean, text: string): Script {
    yield T1;
    this.send(fromNear, text);
  }

  /** RFC 5626 §4.4.1: what a phone behind a NAT sends between its messages. */
  keepAlive(): void {
    const { file, schedule } = this.recorder;
    if (!this.tcp) file.datagram(schedule.now, this.there, '\r\n\r\n');
  }
}

/** A TCP connection that is opened by its first message and stays open. */
class Connection {
  private isOpen = false;
  private readonly next: [there: number, back: number];
  private readonly kept: [there: string, back: string] = ['', ''];

  private readonly recorder: Recorder;
  private readonly there: Envelope;
  private readonly back: Envelope;

  constructor(recorder: Recorder, there: Envelope, back: Envelope) {
    this.recorder = recorder;
    this.there = there;
    this.back = back;
    this.next = [recorder.random.int(1, 2 ** 31), recorder.random.int(1, 2 ** 31)];
  }

  send(fromNear: boolean, text: string, isLast: boolean): void {
    const side = fromNear ? 0 : 1;
    this.kept[side] += text;
    if (!isLast) return;
    if (!this.isOpen) this.open();
    const stream = Buffer.from(this.kept[side]);
    this.kept[side] = '';
    let time = this.recorder.schedule.now;
    for (let from = 0; from < stream.length; ) {
      const to = Math.min(stream.length, from + this.sizeOfNext(stream.length - from));
      this.segment(time, side, TcpFlag.Push | TcpFlag.Ack, stream.subarray(from, to));
      from = to;
      time += GAP;
    }
    this.segment(time, side === 0 ? 1 : 0, TcpFlag.Ack, NO_BYTES);
  }

  /** Most segments are as full as they can be; some end anywhere. */
  private sizeOfNext(left: number): number {
    const { random } = this.recorder;
    const whole = Math.min(left, MSS);
    return whole > 1 && random.chance(0.12) ? random.int(1, whole - 1) : whole;
  }

  private open(): void {
    this.isOpen = true;
    const { now } = this.recorder.schedule;
    this.segment(now, 0, TcpFlag.Syn, NO_BYTES);
    this.next[0]++;
    this.segment(now, 1, TcpFlag.Syn | TcpFlag.Ack, NO_BYTES);
    this.next[1]++;
    this.segment(now, 0, TcpFlag.Ack, NO_BYTES);
  }

  private segment(time: number, side: 0 | 1, flags: number, payload: Buffer): void {
    const envelope = side === 0 ? this.there : this.back;
    const isFirst = flags === TcpFlag.Syn;
    const numbers = { seq: this.next[side], ack: isFirst ? 0 : this.next[1 - side]!, flags };
    this.recorder.file.segment(time, envelope, numbers, payload);
    this.next[side] = (this.next[side] + payload.length) >>> 0;
  }
}

const NO_BYTES = Buffer.alloc(0);
