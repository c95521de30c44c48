import type { Counters } from '../telemetry/counters.js';
import type { Packet } from '../wire/packet.js';
import type { StreamReader } from '../wire/stream-reader.js';
import { LF } from './characters.js';
import { FramerState, isKept, isPast, isUnread, Step } from './framer-state.js';
import { hasMethod, isStartLine, MAX_METHOD, mayBeStartLine } from './framing.js';
import { afterHttpHead, UNKNOWN, WEBSOCKET, WEBSOCKET_OFFERED } from './http-head.js';
import { type FramerSink, MAX_MESSAGE, MessageOutlet } from './message-outlet.js';
import {
  mayBeTls,
  Other,
  protocolOf,
  TLS_BEGIN,
  Tls,
  tlsBegin,
  tlsPrefix,
} from './other-protocols.js';
import { Piece } from './piece.js';
import { skipFiller, skipLineEnds } from './recognise.js';
import { messageBegin } from './segment-begin.js';
import { WebSocketReader, WebSocketState } from './websocket.js';
import { bodyLength, WholeHead } from './whole-head.js';

export type { FramerSink, FramerState };

/** No longer body is passed over: the length is a lie, or the framing is lost. */
const MAX_BODY = 1024 * 1024;
/** HTTP messages in a row: whoever means to speak SIP does not need as many. */
const MAX_HTTP = 64;
/** A line that begins a message is no shorter, and no line that names its protocol. */
const SHORTEST_LINE = 10;

/**
 * Finds the SIP messages in TCP streams by their Content-Length (RFC 3261 §18.3).
 *
 * Where a message must begin (at the beginning of a stream, and behind a message), the first line
 * is read as in a datagram. A line that is no start line there, an unreadable Content-Length or
 * missing bytes lose that place. Then each line is looked at: the next full start line is believed.
 * A stream that was seen from its beginning has 4 KiB for that, and none behind a line of a protocol
 * that may quote SIP; HTTP is framed itself, and passed over message by message.
 *
 * No stream is given up for good: in another protocol, and in a message longer than servers wait
 * for, a segment that begins like a message is one.
 */
export class StreamFramer implements StreamReader<FramerState> {
  private readonly counters: Counters;
  private readonly outlet: MessageOutlet;
  private readonly webSockets: WebSocketReader;
  private readonly piece = new Piece();
  private readonly whole = new WholeHead();

  constructor(counters: Counters, sink: FramerSink) {
    this.counters = counters;
    this.outlet = new MessageOutlet(counters, sink);
    this.webSockets = new WebSocketReader(counters, this.outlet);
  }

  turn(): void {
    this.outlet.turn();
  }

  begin(): FramerState {
    return new FramerState();
  }

  bytes(state: FramerState, packet: Packet, buf: Buffer, from: number, to: number): void {
    this.outlet.packet = packet;
    this.piece.set(buf, from, to);
    if (isUnread(state)) this.beginAnew(state);
    if (!state.isProven && state.step !== Step.Ignored) {
      state.seen += to - from;
      this.joinWebSocket(state);
    }
    while (this.piece.at < to && state.step !== Step.Ignored) {
      if (this.outlet.isCrowded && state.webSocket === undefined) this.dropRest(state);
      else this.take(state);
    }
    if (state.step !== Step.Ignored && isPast(state)) this.ignore(state);
    if (isKept(state.step) && this.piece.start < to) state.kept.append(buf, this.piece.start, to);
  }

  gap(state: FramerState, packet: Packet, length: number): void {
    this.outlet.packet = packet;
    const { step, kept } = state;
    if (step === Step.Ignored) return;
    if (state.webSocket !== undefined) {
      this.webSockets.gap(state.webSocket, length);
      return;
    }
    // Where the end is known, so is where the next message begins.
    const left = step === Step.Skip ? state.skip : state.length - kept.length;
    const isInside = (step === Step.Skip || step === Step.Body) && length > 0 && length <= left;
    this.cut(state);
    if (isInside) this.skip(state, left - length);
    else {
      this.lose(state);
      state.isAfterGap = true;
      state.isJoined ||= !state.isProven;
    }
  }

  end(state: FramerState, packet: Packet): void {
    this.outlet.packet = packet;
    if (state.webSocket === undefined) this.cut(state);
    else this.webSockets.end(state.webSocket);
    state.step = Step.Ignored;
  }

  held(state: FramerState): number {
    return state.kept.size + (state.webSocket?.kept.size ?? 0);
  }

  private beginAnew(state: FramerState): void {
    const begin = messageBegin(this.piece.buf, this.piece.from, this.piece.to);
    if (begin === -1) return;
    this.cut(state);
    this.piece.at = begin;
    this.skip(state, 0);
  }

  /** A connection joined in its middle may be a WebSocket, whose frames mostly begin a segment. */
  private joinWebSocket(state: FramerState): void {
    const { buf, from, to } = this.piece;
    const mayJoin = state.isJoined && !state.isProven && state.step <= Step.Junk;
    if (mayJoin && this.webSockets.isSipFrame(buf, from, to)) this.enterWebSocket(state, false);
  }

  private take(state: FramerState): void {
    switch (state.step) {
      case Step.Boundary:
        this.boundary(state);
        return;
      case Step.Line:
        this.line(state);
        return;
      case Step.Junk:
        this.junk(state);
        return;
      case Step.Head:
        this.head(state);
        return;
      case Step.Body:
        this.body(state);
        return;
      case Step.Skip:
        this.skipped(state);
        return;
      case Step.TlsBegin:
        this.tlsBegin(state);
        return;
      default:
        if (state.webSocket !== undefined) this.readWebSocket(state, state.webSocket);
    }
  }

  /**
   * Empty lines before a message (RFC 3261 §7.5); alone they are a ping (RFC 5626 §3.5.1). Where one
   * must begin, servers pass over blanks and NULs too.
   */
  private boundary(state: FramerState): void {
    const { piece } = this;
    const { buf, to } = piece;
    const isBeginning = piece.at === piece.from;
    piece.at = (state.isFramed ? skipFiller : skipLineEnds)(buf, piece.at, to);
    piece.start = piece.at;
    if (piece.at < to) {
      state.step = state.isFresh && mayBeTls(buf[piece.at]) ? Step.TlsBegin : Step.Line;
      state.isFresh = false;
    } else if (isBeginning) this.counters.keepAlives++;
  }

  private line(state: FramerState): void {
    if (!state.isFramed && state.kept.length === 0) this.passShortLines(state);
    if (this.piece.takeLine()) this.judge(state);
    else if (!this.isPromising(state)) {
      this.throwAway(state);
      state.step = Step.Junk;
    }
  }

  /** In search of a message, the shortest lines are not worth a look each. */
  private passShortLines(state: FramerState): void {
    const { piece } = this;
    const { buf, to } = piece;
    let begin = piece.at;
    for (let at = begin; at < to && at - begin < SHORTEST_LINE; at++) {
      if (buf[at] === LF) begin = at + 1;
    }
    if (begin === piece.at) return;
    piece.at = begin;
    this.throwAway(state);
    state.isAfterGap = false;
    state.step = Step.Line;
  }

  /** Whether an unended line can still become a start line: what cannot is not kept. */
  private isPromising({ kept }: FramerState): boolean {
    const { piece } = this;
    const length = piece.lengthWith(kept);
    if (length > MAX_MESSAGE) return false;
    if (length <= MAX_METHOD || kept.length > MAX_METHOD) return true;
    piece.gather(kept);
    return hasMethod(piece.text, piece.textFrom);
  }

  /** A whole line where a message may begin. */
  private judge(state: FramerState): void {
    this.piece.gather(state.kept);
    const { text, textFrom, textTo } = this.piece;
    const isStart = state.isFramed
      ? mayBeStartLine(text, textFrom, textTo)
      : isStartLine(text, textFrom, textTo, state.isAfterGap);
    state.isAfterGap = false;
    const isSearched = state.isProven && !state.isFramed;
    const other = isStart || isSearched ? Other.Unknown : protocolOf(text, textFrom, textTo);
    if (isStart || other === Other.Http) {
      state.isProven ||= isStart;
      state.isHttp = !isStart;
      state.http = isStart ? 0 : state.http + 1;
      state.isFramed = true;
      state.step = Step.Head;
      state.scan.begin();
    } else if (other === Other.Foreign && !state.isProven) this.ignore(state);
    else {
      this.throwAway(state);
      state.step = Step.Boundary;
    }
  }

  private junk(state: FramerState): void {
    const hasEnded = this.piece.takeLine();
    this.throwAway(state);
    if (hasEnded) state.isAfterGap = false;
    else state.step = Step.Junk;
  }

  private head(state: FramerState): void {
    const { piece } = this;
    let end = state.kept.length > 0 ? -1 : this.whole.read(piece.buf, piece.at, piece.to);
    if (end === -1) end = state.scan.end(piece.buf, piece.at, piece.to);
    piece.at = end === -1 ? piece.to : end;
    const length = piece.lengthWith(state.kept);
    if (length > MAX_MESSAGE) {
      piece.gather(state.kept);
      const { text, textFrom } = piece;
      if (!state.isHttp) this.outlet.tell(text, textFrom, textFrom + MAX_MESSAGE, true);
      this.lose(state);
      state.step = end === -1 ? Step.Junk : Step.Boundary;
    } else if (end !== -1) {
      piece.gather(state.kept);
      if (state.isHttp) this.httpHead(state);
      else this.sipHead(state, length);
    }
  }

  private sipHead(state: FramerState, headLength: number): void {
    const { text, textFrom, textTo } = this.piece;
    const body = state.kept.length > 0 ? bodyLength(text, textFrom, textTo) : this.whole.bodyLength;
    if (body === -1 || body > MAX_BODY) {
      this.outlet.tell(text, textFrom, textTo, true);
      this.lose(state);
      return;
    }
    state.isLong = body > MAX_MESSAGE;
    state.length = headLength + body;
    state.step = Step.Body;
    if (body === 0) this.complete(state);
  }

  private httpHead(state: FramerState): void {
    const { text, textFrom, textTo } = this.piece;
    const body = afterHttpHead(text, textFrom, textTo);
    state.isLong = body > MAX_MESSAGE;
    if (body === UNKNOWN || body > MAX_BODY || state.http > MAX_HTTP) this.ignore(state);
    else if (body === WEBSOCKET) this.enterWebSocket(state, false);
    else if (body === WEBSOCKET_OFFERED) this.enterWebSocket(state, true);
    else this.skip(state, body);
  }

  private body(state: FramerState): void {
    const { piece } = this;
    const have = piece.lengthWith(state.kept);
    const here = piece.to - piece.at;
    const left = state.length - have;
    if (here >= left) {
      piece.at += left;
      this.complete(state);
    } else if (have + here > MAX_MESSAGE) {
      piece.at += MAX_MESSAGE - have;
      piece.gather(state.kept);
      this.outlet.tell(piece.text, piece.textFrom, piece.textTo, true);
      this.skip(state, state.length - MAX_MESSAGE);
    } else piece.at = piece.to;
  }

  /** The message at hand ends at `at`. */
  private complete(state: FramerState): void {
    this.piece.gather(state.kept);
    const { text, textFrom, textTo } = this.piece;
    const isLong = textTo - textFrom > MAX_MESSAGE;
    this.outlet.tell(text, textFrom, isLong ? textFrom + MAX_MESSAGE : textTo, isLong);
    this.skip(state, 0);
  }

  private skipped(state: FramerState): void {
    const length = Math.min(state.skip, this.piece.to - this.piece.at);
    this.piece.at += length;
    this.skip(state, state.skip - length);
  }

  private tlsBegin(state: FramerState): void {
    const { piece } = this;
    const missing = TLS_BEGIN - piece.lengthWith(state.kept);
    piece.at = Math.min(piece.at + missing, piece.to);
    piece.gather(state.kept);
    const { text, textFrom, textTo } = piece;
    const have = textTo - textFrom;
    const wrong = have - tlsPrefix(text, textFrom, textTo);
    if (wrong > 0) {
      // No message begins in these bytes, nor in the rest of their line.
      piece.at -= wrong;
      this.throwAway(state);
      state.step = Step.Junk;
      return;
    }
    if (have < TLS_BEGIN) return;
    const tls = tlsBegin(text, textFrom);
    this.counters.tlsStreams++;
    if (tls !== Tls.Middle) this.outlet.encrypted(tls === Tls.Client);
    state.step = Step.Ignored;
    state.kept.clear();
  }

  private enterWebSocket(state: FramerState, untried: boolean): void {
    this.counters.websocketStreams++;
    state.webSocket = new WebSocketState(untried);
    state.isProven = true;
    state.step = Step.WebSocket;
    this.piece.drop(state.kept);
  }

  private readWebSocket(state: FramerState, webSocket: WebSocketState): void {
    const { piece } = this;
    const { buf, to } = piece;
    if (!this.webSockets.isPlain(webSocket, buf, piece.at, to)) {
      piece.at = this.webSockets.bytes(webSocket, buf, piece.at, to);
      piece.start = piece.at;
      if (piece.at === to) return;
    }
    // The upgrade was refused, and something else goes on: HTTP, or SIP as it is.
    state.webSocket = undefined;
    state.isProven = false;
    state.isFramed = true;
    state.kept.append(webSocket.header, 0, webSocket.headerLength);
    state.step = webSocket.headerLength === 0 ? Step.Boundary : Step.Line;
  }

  /** So many bytes are not looked at; behind them a message begins. */
  private skip(state: FramerState, length: number): void {
    this.piece.drop(state.kept);
    state.skip = length;
    state.isFramed = true;
    state.step = length === 0 ? Step.Boundary : Step.Skip;
  }

  /** What is missing or wrong here hides where the next message begins. */
  private lose(state: FramerState): void {
    this.piece.drop(state.kept);
    state.isFramed = false;
    state.step = Step.Boundary;
  }

  private dropRest(state: FramerState): void {
    this.piece.at = this.piece.to;
    this.throwAway(state);
    state.isAfterGap = true;
  }

  private throwAway(state: FramerState): void {
    const length = this.piece.lengthWith(state.kept);
    this.counters.streamBytesSkipped += length;
    if (!state.isProven) state.junk += length;
    this.lose(state);
  }

  private ignore(state: FramerState): void {
    if (!state.isCounted) this.counters.streamsNotSip++;
    state.isCounted = true;
    state.kept.clear();
    state.step = Step.Ignored;
  }

  /** What there is of the message at hand is told, if it is more than a start line. */
  private cut(state: FramerState): void {
    const { kept, step, scan, isHttp } = state;
    const isTold = step === Step.Body || (step === Step.Head && !isHttp && scan.lines > 0);
    if (isTold) this.outlet.tell(kept.buf, 0, kept.length, true);
    kept.clear();
  }
}
