import { NO_PARTS } from '../kernel/parts.js';
import { equalsFold } from './characters.js';
import { CredentialsView } from './credentials.js';
import type { HeaderIndex } from './header-index.js';
import type { SipMessage } from './message.js';
import type { MessageIndex } from './message-index.js';
import { NameAddrView, valueEnd } from './name-addr.js';
import { SdpView } from './sdp.js';
import { Header } from './tokens.js';
import { UriView } from './uri.js';
import { ValueWalk } from './value-walk.js';
import { ViaView } from './via.js';

const SDP_TYPE = 'application/sdp';

/** One bit per view: it has been read since the last `reset`. */
const Read = {
  Ruri: 1,
  From: 2,
  To: 4,
  Contact: 8,
  Via: 16,
  Credentials: 32,
  Challenge: 64,
  Sdp: 128,
} as const;

/** The values of a message that have parts, each read at its first use after a `reset`. */
export class MessageViews {
  private read = 0;
  private readonly message: SipMessage;
  private readonly index: MessageIndex;
  private readonly headers: HeaderIndex;
  private readonly uriParts: Int32Array;
  private readonly uriView = new UriView();
  private readonly fromView: NameAddrView;
  private readonly toView: NameAddrView;
  private readonly contactView: NameAddrView;
  private readonly viaView: ViaView;
  private readonly credentialsView: CredentialsView;
  private readonly challengeView: CredentialsView;
  private readonly sdpView = new SdpView();
  private readonly oneContact = new NameAddrView();
  private readonly oneVia = new ViaView();
  private readonly contacts: ValueWalk;
  private readonly vias: ValueWalk;

  constructor(message: SipMessage, index: MessageIndex) {
    const { headers, place } = index;
    this.message = message;
    this.index = index;
    this.headers = headers;
    this.uriParts = place?.ruri ?? NO_PARTS;
    this.fromView = new NameAddrView(place?.fromHeader);
    this.toView = new NameAddrView(place?.toHeader);
    this.contactView = new NameAddrView(place?.contact);
    this.viaView = new ViaView(place?.via);
    this.credentialsView = new CredentialsView(place?.credentials);
    this.challengeView = new CredentialsView(place?.challenge);
    this.contacts = new ValueWalk(headers, Header.Contact);
    this.vias = new ValueWalk(headers, Header.Via);
  }

  /** Forgets what was read. */
  reset(): void {
    this.read = 0;
    this.contacts.reset();
    this.vias.reset();
  }

  contactAt(nth: number): NameAddrView | undefined {
    const { contacts, oneContact, message } = this;
    if (this.isOnly(Header.Contact)) return nth === 0 ? this.contact : undefined;
    if (!contacts.seek(message.buf, nth)) return undefined;
    // A field with one value is read already, or is read for who asks for the first contact next.
    if (nth === 0 && contacts.to === this.headers.firstTo(Header.Contact)) return this.contact;
    oneContact.set(message.buf, contacts.from, contacts.to, true);
    return oneContact;
  }

  viaAt(nth: number): ViaView | undefined {
    const { vias, oneVia, message } = this;
    if (this.isOnly(Header.Via)) return nth === 0 ? this.via : undefined;
    if (!vias.seek(message.buf, nth)) return undefined;
    oneVia.set(message.buf, vias.from, vias.to);
    return oneVia;
  }

  get viaCount(): number {
    if (this.isOnly(Header.Via)) return 1;
    const { headers, vias } = this;
    let values = 0;
    for (let i = headers.first[Header.Via]; i !== -1; i = vias.fieldAfter(i)) {
      const to = headers.valueTo[i];
      for (let at = headers.valueFrom[i]; at <= to; values++) {
        at = valueEnd(this.message.buf, at, to) + 1;
      }
    }
    return values;
  }

  get ruri(): UriView {
    if (this.isFirstUse(Read.Ruri)) {
      const { buf, uriFrom, uriTo } = this.message;
      if (this.index.hasOrdinaryUri) this.uriView.take(buf, this.uriParts);
      else this.uriView.set(buf, uriFrom, uriTo);
    }
    return this.uriView;
  }

  get fromHeader(): NameAddrView {
    if (this.isFirstUse(Read.From)) this.readNameAddr(this.fromView, Header.From);
    return this.fromView;
  }

  get toHeader(): NameAddrView {
    if (this.isFirstUse(Read.To)) this.readNameAddr(this.toView, Header.To);
    return this.toView;
  }

  get contact(): NameAddrView {
    if (this.isFirstUse(Read.Contact)) this.readNameAddr(this.contactView, Header.Contact);
    return this.contactView;
  }

  get via(): ViaView {
    if (this.isFirstUse(Read.Via)) {
      const { buf } = this.message;
      const from = this.headers.firstFrom(Header.Via);
      const to = this.headers.firstTo(Header.Via);
      if (this.index.isOrdinary(Header.Via)) this.viaView.take(buf, from, to);
      else this.viaView.set(buf, from, to);
    }
    return this.viaView;
  }

  get credentials(): CredentialsView {
    if (this.isFirstUse(Read.Credentials)) {
      this.setCredentials(this.credentialsView, Header.Authorization, Header.ProxyAuthorization);
    }
    return this.credentialsView;
  }

  get challenge(): CredentialsView {
    if (this.isFirstUse(Read.Challenge)) {
      this.setCredentials(this.challengeView, Header.WwwAuthenticate, Header.ProxyAuthenticate);
    }
    return this.challengeView;
  }

  get sdp(): SdpView {
    if (this.isFirstUse(Read.Sdp)) {
      const { buf, bodyFrom, bodyTo } = this.message;
      this.sdpView.set(buf, bodyFrom, bodyTo, this.declaresSdp());
    }
    return this.sdpView;
  }

  private isFirstUse(bit: number): boolean {
    if ((this.read & bit) !== 0) return false;
    this.read |= bit;
    return true;
  }

  private readNameAddr(view: NameAddrView, id: Header): void {
    const { buf } = this.message;
    const from = this.headers.firstFrom(id);
    const to = this.headers.firstTo(id);
    if (this.index.isOrdinary(id)) view.take(buf, from, to);
    else view.set(buf, from, to, id === Header.Contact);
  }

  /** One field, and one value in it: no comma divides what is of ordinary form. */
  private isOnly(id: Header): boolean {
    return this.headers.counts[id] === 1 && this.index.isOrdinary(id);
  }

  private setCredentials(view: CredentialsView, id: Header, otherwise: Header): void {
    const which = this.headers.counts[id] > 0 ? id : otherwise;
    const from = this.headers.firstFrom(which);
    if (this.index.isOrdinary(which)) view.take(this.message.buf, from);
    else view.set(this.message.buf, from, this.headers.firstTo(which));
  }

  private declaresSdp(): boolean {
    const from = this.headers.firstFrom(Header.ContentType);
    const to = Math.min(from + SDP_TYPE.length, this.headers.firstTo(Header.ContentType));
    return equalsFold(this.message.buf, from, to, SDP_TYPE);
  }
}
