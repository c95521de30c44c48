import type { Counters } from '../telemetry/counters.js';
import { beginsLikeMessage } from './framing.js';
import { KeptBytes } from './kept-bytes.js';
import { MAX_MESSAGE, type MessageOutlet } from './message-outlet.js';
import { Kind, recognise, skipFiller } from './recognise.js';

/** RFC 6455 §5.2. */
const FIN = 0x80;
const COMPRESSED = 0x40;
const RESERVED = 0x30;
const OPCODE = 0x0f;
const Opcode = { Continuation: 0, Text: 1, Binary: 2, Close: 8, Pong: 10 } as const;
const MASKED = 0x80;
const LENGTH = 0x7f;
const LENGTH_16 = 126;
const LENGTH_64 = 127;
const MAX_CONTROL = 125;
/** A longer frame is no SIP message, but a place where the frames were lost. */
const MAX_FRAME = 1024 * 1024;
/** So much of a payload shows whether a message begins there: the longest method, and a blank. */
const GLIMPSE = 16;

const Step = { Header: 0, Payload: 1, Lost: 2 } as const;
type Step = (typeof Step)[keyof typeof Step];

/** Where the frames of one direction stand. */
export class WebSocketState {
  step: Step = Step.Header;
  /** No frame was seen yet: what comes may be HTTP still, if the upgrade was refused. */
  untried: boolean;
  readonly header = Buffer.alloc(14);
  headerLength = 0;
  opcode = 0;
  isLast = false;
  isMasked = false;
  mask = 0;
  /** Bytes of the payload that are still to come, and those that came. */
  left = 0;
  position = 0;
  /** A message has begun and its last frame has not ended. */
  isOpen = false;
  /** The message at hand is not read any further: compressed, told as cut, or joined in its middle. */
  isDropped = false;
  readonly kept = new KeptBytes();

  constructor(untried: boolean) {
    this.untried = untried;
  }
}

/** Reads the SIP messages in the frames of a WebSocket (RFC 7118 §5): one in each message. */
export class WebSocketReader {
  private readonly counters: Counters;
  private readonly outlet: MessageOutlet;
  private readonly glimpse = new KeptBytes();

  constructor(counters: Counters, outlet: MessageOutlet) {
    this.counters = counters;
    this.outlet = outlet;
  }

  /**
   * The next bytes; gives where it stopped: before `to` only if these are no frames after all. Then
   * `headerLength` bytes before them were taken for the header of one.
   */
  bytes(state: WebSocketState, buf: Buffer, from: number, to: number): number {
    let at = from;
    if (state.step === Step.Lost && !this.resume(state, buf, from, to)) at = to;
    while (at < to) {
      if (this.outlet.isCrowded) {
        this.counters.streamBytesSkipped += to - at;
        this.lose(state);
        return to;
      }
      if (state.step === Step.Payload) at = this.payload(state, buf, at, to);
      else {
        if (state.untried && !mayBeFirst(state, buf, at, to)) return at;
        at = this.header(state, buf, at, to);
      }
    }
    return to;
  }

  /** Frames were lost, and what comes now is a message without one: these were none. */
  isPlain(state: WebSocketState, buf: Buffer, from: number, to: number): boolean {
    if (state.step !== Step.Lost) return false;
    const begin = skipFiller(buf, from, to);
    return beginsLikeMessage(buf, begin, Math.min(begin + GLIMPSE, to));
  }

  /** So many bytes are missing (0: unknown how many). */
  gap(state: WebSocketState, length: number): void {
    const isInside = length > 0 && state.step === Step.Payload && length <= state.left;
    this.cut(state);
    if (!isInside) {
      this.lose(state);
      return;
    }
    if (isData(state.opcode)) state.isDropped = true;
    state.left -= length;
    state.position += length;
    if (state.left === 0) this.frameEnds(state);
  }

  /** No more bytes will come. */
  end(state: WebSocketState): void {
    this.cut(state);
  }

  /** Whether a frame that carries SIP begins here: where a connection is joined in its middle. */
  isSipFrame(buf: Buffer, from: number, to: number): boolean {
    if (to - from < 2 || (buf[from] !== (FIN | Opcode.Text) && buf[from] !== (FIN | Opcode.Binary)))
      return false;
    const length = headerLength(buf, from);
    const isMasked = (buf[from + 1] & MASKED) !== 0;
    const begin = from + length;
    const { glimpse } = this;
    glimpse.length = 0;
    if (begin >= to) return false;
    const mask = isMasked ? buf.readInt32BE(begin - 4) : 0;
    glimpse.appendMasked(buf, begin, Math.min(begin + GLIMPSE, to), mask, 0);
    return beginsLikeMessage(glimpse.buf, 0, glimpse.length);
  }

  /** Frames have no mark to find them by, but mostly begin with a segment. */
  private resume(state: WebSocketState, buf: Buffer, from: number, to: number): boolean {
    if (!this.isSipFrame(buf, from, to)) {
      this.counters.streamBytesSkipped += to - from;
      return false;
    }
    state.step = Step.Header;
    state.headerLength = 0;
    return true;
  }

  private header(state: WebSocketState, buf: Buffer, from: number, to: number): number {
    const { header } = state;
    let at = from;
    while (at < to) {
      header[state.headerLength++] = buf[at++];
      if (state.headerLength < 2 || state.headerLength < headerLength(header, 0)) continue;
      state.headerLength = 0;
      if (this.frameBegins(state)) {
        if (state.left === 0) this.frameEnds(state);
        return at;
      }
      this.cut(state);
      this.lose(state);
      this.counters.streamBytesSkipped += to - at;
      return to;
    }
    return at;
  }

  /** False: this is no frame that may stand here. */
  private frameBegins(state: WebSocketState): boolean {
    const { header } = state;
    const first = header[0];
    const opcode = first & OPCODE;
    if (!isFirstByte(first, state.isOpen)) return false;
    const length = payloadLength(header);
    if (length > (isData(opcode) ? MAX_FRAME : MAX_CONTROL)) return false;
    state.untried = false;
    state.opcode = opcode;
    state.isLast = (first & FIN) !== 0;
    state.isMasked = (header[1] & MASKED) !== 0;
    state.mask = state.isMasked ? header.readInt32BE(headerLength(header, 0) - 4) : 0;
    state.left = length;
    state.position = 0;
    state.step = Step.Payload;
    if (opcode === Opcode.Text || opcode === Opcode.Binary) {
      // RFC 6455 §5.4: none may begin inside another.
      this.cut(state);
      state.isOpen = true;
      state.isDropped = (first & COMPRESSED) !== 0;
      if (state.isDropped) this.counters.websocketCompressed++;
    }
    return true;
  }

  private payload(state: WebSocketState, buf: Buffer, from: number, to: number): number {
    const to_ = Math.min(to, from + state.left);
    const isWhole = state.position === 0 && to_ - from === state.left;
    state.left -= to_ - from;
    if (isData(state.opcode) && !state.isDropped) {
      if (isWhole && state.isLast && !state.isMasked && state.kept.length === 0) {
        this.tell(buf, from, Math.min(to_, from + MAX_MESSAGE), to_ - from > MAX_MESSAGE);
        state.isDropped = true;
      } else this.keep(state, buf, from, to_);
    }
    state.position += to_ - from;
    if (state.left === 0) this.frameEnds(state);
    return to_;
  }

  private keep(state: WebSocketState, buf: Buffer, from: number, to: number): void {
    const room = MAX_MESSAGE - state.kept.length;
    const end = Math.min(to, from + room);
    state.kept.appendMasked(buf, from, end, state.mask, state.position);
    if (end === to) return;
    this.cut(state);
    state.isDropped = true;
  }

  private frameEnds(state: WebSocketState): void {
    state.step = Step.Header;
    if (!isData(state.opcode) || !state.isLast) return;
    const { kept } = state;
    if (!state.isDropped) this.tell(kept.buf, 0, kept.length, false);
    kept.clear();
    state.isOpen = false;
    state.isDropped = false;
  }

  /** What there is of the message at hand is told; the rest is missing. */
  private cut(state: WebSocketState): void {
    const { kept } = state;
    if (kept.length > 0 && !state.isDropped) this.tell(kept.buf, 0, kept.length, true);
    kept.clear();
  }

  private lose(state: WebSocketState): void {
    state.kept.clear();
    state.step = Step.Lost;
    state.untried = false;
    state.isOpen = false;
    state.isDropped = false;
    state.headerLength = 0;
  }

  private tell(buf: Buffer, from: number, to: number, cut: boolean): void {
    const kind = recognise(buf, from, to);
    if (kind === Kind.Request || kind === Kind.Response) this.outlet.tell(buf, from, to, cut);
    else if (kind === Kind.KeepAlive) this.counters.keepAlives++;
    else if (kind === Kind.NotSip) this.counters.notSip++;
  }
}

/**
 * Whether what comes after the offer of a client may be its first frame: that has a mask (RFC 6455
 * §5.1), and so its second byte is in no text.
 */
function mayBeFirst(state: WebSocketState, buf: Buffer, at: number, to: number): boolean {
  if (state.headerLength > 1) return true;
  const second = state.headerLength === 1 ? at : at + 1;
  if (second === at + 1 && !isFirstByte(buf[at], false)) return false;
  return second >= to || (buf[second] & MASKED) !== 0;
}

function isData(opcode: number): boolean {
  return opcode <= Opcode.Binary;
}

/** Whether a frame may begin with this byte; a continuation only where a message is open. */
function isFirstByte(byte: number, isOpen: boolean): boolean {
  const opcode = byte & OPCODE;
  if ((byte & RESERVED) !== 0) return false;
  if (opcode >= Opcode.Close) {
    return opcode <= Opcode.Pong && (byte & FIN) !== 0 && (byte & COMPRESSED) === 0;
  }
  if (opcode === Opcode.Continuation) return isOpen && (byte & COMPRESSED) === 0;
  return opcode <= Opcode.Binary;
}

/** Of the header that begins at `from`, of which two bytes are here. */
function headerLength(buf: Buffer, from: number): number {
  const length = buf[from + 1] & LENGTH;
  const mask = (buf[from + 1] & MASKED) === 0 ? 0 : 4;
  if (length === LENGTH_16) return 4 + mask;
  return length === LENGTH_64 ? 10 + mask : 2 + mask;
}

function payloadLength(header: Buffer): number {
  const length = header[1] & LENGTH;
  if (length === LENGTH_16) return header.readUInt16BE(2);
  if (length !== LENGTH_64) return length;
  return header.readUInt32BE(2) * 0x1_0000_0000 + header.readUInt32BE(6);
}
