import { equalsFold } from './characters.js';
import { CredentialsView } from './credentials.js';
import type { HeaderIndex } from './header-index.js';
import type { SipMessage } from './message.js';
import { NameAddrView } from './name-addr.js';
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
  private readonly headers: HeaderIndex;
  private readonly uriView = new UriView();
  private readonly fromView = new NameAddrView();
  private readonly toView = new NameAddrView();
  private readonly contactView = new NameAddrView();
  private readonly viaView = new ViaView();
  private readonly credentialsView = new CredentialsView();
  private readonly challengeView = new CredentialsView();
  private readonly sdpView = new SdpView();
  private readonly oneContact = new NameAddrView();
  private readonly oneVia = new ViaView();
  private readonly contacts: ValueWalk;
  private readonly vias: ValueWalk;

  constructor(message: SipMessage, headers: HeaderIndex) {
    this.message = message;
    this.headers = headers;
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
    if (!contacts.seek(message.buf, nth)) return undefined;
    // A field with one value is read already, or is read for who asks for the first contact next.
    if (nth === 0 && contacts.to === this.headers.firstTo(Header.Contact)) return this.contact;
    oneContact.set(message.buf, contacts.from, contacts.to, true);
    return oneContact;
  }

  viaAt(nth: number): ViaView | undefined {
    const { vias, oneVia, message } = this;
    if (!vias.seek(message.buf, nth)) return undefined;
    oneVia.set(message.buf, vias.from, vias.to);
    return oneVia;
  }

  get ruri(): UriView {
    if (this.isFirstUse(Read.Ruri)) {
      this.uriView.set(this.message.buf, this.message.uriFrom, this.message.uriTo);
    }
    return this.uriView;
  }

  get fromHeader(): NameAddrView {
    if (this.isFirstUse(Read.From)) this.setNameAddr(this.fromView, Header.From, false);
    return this.fromView;
  }

  get toHeader(): NameAddrView {
    if (this.isFirstUse(Read.To)) this.setNameAddr(this.toView, Header.To, false);
    return this.toView;
  }

  get contact(): NameAddrView {
    if (this.isFirstUse(Read.Contact)) this.setNameAddr(this.contactView, Header.Contact, true);
    return this.contactView;
  }

  get via(): ViaView {
    if (this.isFirstUse(Read.Via)) {
      const { headers, message } = this;
      this.viaView.set(message.buf, headers.firstFrom(Header.Via), headers.firstTo(Header.Via));
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

  private setNameAddr(view: NameAddrView, id: Header, list: boolean): void {
    view.set(this.message.buf, this.headers.firstFrom(id), this.headers.firstTo(id), list);
  }

  private setCredentials(view: CredentialsView, id: Header, otherwise: Header): void {
    const which = this.headers.counts[id] > 0 ? id : otherwise;
    view.set(this.message.buf, this.headers.firstFrom(which), this.headers.firstTo(which));
  }

  private declaresSdp(): boolean {
    const from = this.headers.firstFrom(Header.ContentType);
    const to = Math.min(from + SDP_TYPE.length, this.headers.firstTo(Header.ContentType));
    return equalsFold(this.message.buf, from, to, SDP_TYPE);
  }
}
