import { Dialog } from './dialog.js';
import type { Message } from './message-text.js';
import type { Party } from './party.js';
import { answerTo } from './phone-life.js';
import type { Script } from './schedule.js';
import type { Phone, Site } from './site.js';

/** One side of a call: who calls whom over which dialog, and what it says of its sound. */
class Leg {
  private readonly session: number;
  private readonly ports: readonly [number, number];
  private version = 0;

  readonly dialog: Dialog;

  constructor(dialog: Dialog) {
    this.dialog = dialog;
    const { random } = dialog.caller;
    this.session = random.int(1e6, 2e9);
    this.ports = [2 * random.int(5000, 16_000), 2 * random.int(5000, 16_000)];
  }

  offer(by: Party, direction = 'sendrecv') {
    const isCaller = by === this.dialog.caller;
    const body = by.sdp(this.session, ++this.version, this.ports[isCaller ? 0 : 1], direction);
    return { fields: { 'Content-Type': 'application/sdp' }, body };
  }

  /** A new offer inside the call, and its answer: hold and back again. */
  *change(direction: string, answered: string): Script {
    const { dialog } = this;
    const again = yield* dialog.request('INVITE', this.offer(dialog.caller, direction));
    yield* dialog.reply(again, '200 OK', this.offer(dialog.callee, answered));
    yield* dialog.request('ACK');
  }
}

/** How a call goes on after it was made. */
interface Course {
  readonly rings: number;
  readonly lasts: number;
  readonly isTaken: boolean;
  readonly isHeld: boolean;
  readonly calleeEnds: boolean;
}

function courseOf({ random }: Party): Course {
  return {
    rings: random.between(1.5, 14),
    lasts: random.wait(150),
    isTaken: random.chance(0.82),
    isHeld: random.chance(0.12),
    calleeEnds: random.chance(0.45),
  };
}

/** A phone or a trunk calls another, through a server of either kind. */
export function* call(site: Site, from: Phone, to: Phone, number: string): Script {
  from.isBusy = to.isBusy = true;
  if (site.plan.isProxy) yield* proxiedCall(site, from, to, number);
  else yield* bridgedCall(site, from, to, number);
  from.isBusy = to.isBusy = false;
}

function* invite(
  leg: Leg,
  login: { site: Site; uri: string } | undefined,
  hops?: number,
): Script<Message> {
  const { dialog } = leg;
  const { caller } = dialog;
  const offer = leg.offer(caller);
  if (!login) return yield* dialog.request('INVITE', offer);
  const first = yield* dialog.request('INVITE', hops ? { ...offer, hops } : offer);
  const challenge = login.site.agent.challenge(caller.random);
  const status = hops ? '407 Proxy Authentication Required' : '401 Unauthorized';
  const fields = { [hops ? 'Proxy-Authenticate' : 'WWW-Authenticate']: challenge };
  yield* dialog.reply(first, status, hops ? { fields, hops } : { fields });
  yield* dialog.confirmRefusal(hops);
  const secret = answerTo(challenge, caller, login.uri, 1);
  const name = hops ? 'Proxy-Authorization' : 'Authorization';
  return yield* dialog.request('INVITE', { ...offer, fields: { ...offer.fields, [name]: secret } });
}

/** A carrier hands on calls of anybody. */
function callerOf({ party }: Phone): string {
  if (party.user !== '') return party.nameAddr;
  const number = `0${party.random.digits(10)}`;
  return `"${number}" <sip:${number}@${party.domain};user=phone>`;
}

/** One dialog from end to end, the proxy beside it. */
function* proxiedCall(site: Site, from: Phone, to: Phone, number: string): Script {
  const uri = `sip:${number}@${site.plan.domain}`;
  const names = { target: uri, from: callerOf(from) };
  const leg = new Leg(new Dialog(from.party, to.party, site.across(from, to), names));
  const { dialog } = leg;
  const isPhone = from.party.user !== '';
  const course = courseOf(from.party);
  const request = yield* invite(leg, isPhone ? { site, uri } : undefined, 1);
  yield* dialog.reply(request, '100 Trying', { hops: 1 });
  yield* dialog.reply(request, '180 Ringing');
  yield course.rings;
  if (!course.isTaken) {
    yield* dialog.reply(request, '486 Busy Here');
    yield* dialog.confirmRefusal();
    return;
  }
  yield* dialog.reply(request, '200 OK', leg.offer(to.party));
  yield* dialog.request('ACK');
  yield* talk([leg], course);
}

/** Two dialogs, each with the server. */
function* bridgedCall(site: Site, from: Phone, to: Phone, number: string): Script {
  const uri = `sip:${number}@${site.plan.domain}`;
  const { server } = site;
  const caller = callerOf(from);
  const near = new Leg(
    new Dialog(from.party, server, site.up(from), { target: uri, from: caller }),
  );
  const far = new Leg(
    new Dialog(server, to.party, site.down(to), {
      target: to.party.user === '' ? `sip:${number}@${to.party.domain}` : to.party.contactUri,
      from: caller.replace(from.party.domain, site.plan.domain),
      to: `<sip:${number}@${to.party.domain}>`,
    }),
  );
  const course = courseOf(from.party);
  const isPhone = from.party.user !== '';
  const asked = yield* invite(near, isPhone ? { site, uri } : undefined);
  yield* near.dialog.reply(asked, '100 Trying');
  const rung = yield* invite(far, undefined);
  yield* far.dialog.reply(rung, '100 Trying', { isLast: false });
  yield* far.dialog.reply(rung, '180 Ringing');
  yield* near.dialog.reply(asked, '180 Ringing');
  yield course.rings;
  if (!course.isTaken) {
    yield* far.dialog.reply(rung, '486 Busy Here');
    yield* far.dialog.confirmRefusal();
    yield* near.dialog.reply(asked, '486 Busy Here');
    yield* near.dialog.confirmRefusal();
    return;
  }
  yield* far.dialog.reply(rung, '200 OK', far.offer(to.party));
  yield* far.dialog.request('ACK');
  yield* near.dialog.reply(asked, '200 OK', near.offer(server));
  yield* near.dialog.request('ACK');
  yield* talk([near, far], course);
}

function* talk(legs: readonly Leg[], { lasts, isHeld, calleeEnds }: Course): Script {
  yield lasts / 2;
  if (isHeld) {
    for (const leg of legs) yield* leg.change('sendonly', 'recvonly');
    yield lasts / 4;
    for (const leg of legs) yield* leg.change('sendrecv', 'sendrecv');
  }
  yield lasts / 2;
  for (const { dialog } of calleeEnds ? legs.toReversed() : legs) {
    const bye = yield* dialog.request('BYE', {}, calleeEnds);
    yield* dialog.reply(bye, '200 OK', {}, calleeEnds);
  }
}
