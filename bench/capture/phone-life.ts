import { Dialog, registrarOf } from './dialog.js';
import type { Script } from './schedule.js';
import type { Phone, Site } from './site.js';

/** Registers, and again before it ends; the server asks for credentials, or knows them still. */
export function* registering(site: Site, phone: Phone): Script {
  const { server, agent } = site;
  const { party } = phone;
  const { random } = party;
  const dialog = new Dialog(party, server, site.up(phone), {
    target: registrarOf(server),
    to: party.nameAddr,
  });
  const expires = String(agent.lifetime);
  let login: string | undefined;
  for (;;) {
    if (login === undefined || random.chance(0.5)) {
      const first = yield* dialog.request('REGISTER', {
        fields: { Expires: expires, Authorization: login },
      });
      const challenge = agent.challenge(random);
      const fields = { 'WWW-Authenticate': challenge };
      yield* dialog.reply(first, '401 Unauthorized', { fields });
      login = answerTo(challenge, party, registrarOf(server), 1);
    }
    const request = yield* dialog.request('REGISTER', {
      fields: { Expires: expires, Authorization: login },
    });
    const contact = `<${party.contactUri}>;expires=${expires}`;
    yield* dialog.reply(request, '200 OK', { fields: { Contact: contact, Date: DATE } });
    if (site.plan.isProxy) phone.path.keepAlive();
    yield agent.lifetime * random.between(0.5, 0.9);
  }
}

/** RFC 7616 §3.4. The response is made up: whoever only listens cannot know the secret. */
export function answerTo(challenge: string, party: Phone['party'], uri: string, count: number) {
  const { random, user } = party;
  const [realm, nonce, opaque] = ['realm', 'nonce', 'opaque'].map(
    (name) => new RegExp(`${name}="([^"]*)"`).exec(challenge)?.[1],
  );
  const quality = challenge.includes('qop=')
    ? `, cnonce="${random.hex(16)}", qop=auth, nc=${String(count).padStart(8, '0')}`
    : '';
  const more = opaque === undefined ? '' : `, opaque="${opaque}"`;
  return `Digest username="${user}", realm="${realm}", nonce="${nonce}", uri="${uri}", response="${random.hex(32)}", algorithm=MD5${quality}${more}`;
}

/** The server asks whether the phone is there, each minute or so. */
export function* qualifying(site: Site, phone: Phone): Script {
  const { server } = site;
  for (;;) {
    const target = phone.party.contactUri;
    const dialog = new Dialog(server, phone.party, site.down(phone), { target });
    const request = yield* dialog.request('OPTIONS');
    yield* dialog.reply(request, '200 OK', { fields: { Accept: 'application/sdp' } });
    yield phone.party.random.between(55, 65);
  }
}

/** Wants to know when another phone rings: a subscription with its notifications. */
export function* watching(site: Site, phone: Phone): Script {
  const { random } = phone.party;
  const fields = { Event: 'dialog', Accept: 'application/dialog-info+xml', Expires: '600' };
  const watched = random.pick(site.phones).party;
  const { uri } = watched;
  const dialog = new Dialog(phone.party, site.server, site.up(phone), { target: uri });
  for (let version = 0; ; version++) {
    const request = yield* dialog.request('SUBSCRIBE', { fields });
    yield* dialog.reply(request, '200 OK', { fields: { Expires: '600' }, isLast: false });
    for (let i = random.int(1, 4); i > 0; i--) {
      const state = random.pick(['terminated', 'confirmed', 'early']);
      const body = dialogInfo(uri, version, state);
      const notify = yield* dialog.request(
        'NOTIFY',
        {
          fields: {
            Event: 'dialog',
            'Subscription-State': 'active;expires=599',
            'Content-Type': 'application/dialog-info+xml',
          },
          body,
        },
        true,
      );
      yield* dialog.reply(notify, '200 OK', {}, true);
      yield random.between(20, 200);
    }
    yield random.between(60, 120);
  }
}

function dialogInfo(uri: string, version: number, state: string): string {
  return [
    '<?xml version="1.0"?>',
    `<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="${version}" state="full" entity="${uri}">`,
    `<dialog id="${uri.slice(4, 14)}" direction="recipient">`,
    `<state>${state}</state>`,
    '</dialog>',
    '</dialog-info>',
    '',
  ].join('\r\n');
}

/** Sends a short text, which the server passes on. */
export function* texting(site: Site, phone: Phone, other: Phone): Script {
  const { random } = phone.party;
  const body = random.pick(['on my way', 'call me back please', 'meeting moved to 15:00', 'ok']);
  const content = { fields: { 'Content-Type': 'text/plain' }, body };
  if (site.plan.isProxy) {
    const dialog = new Dialog(phone.party, other.party, site.across(phone, other));
    const request = yield* dialog.request('MESSAGE', content);
    yield* dialog.reply(request, '200 OK');
    return;
  }
  const first = new Dialog(phone.party, site.server, site.up(phone), { target: other.party.uri });
  const sent = yield* first.request('MESSAGE', content);
  yield* first.reply(sent, '202 Accepted');
  const second = new Dialog(site.server, other.party, site.down(other), {
    from: phone.party.nameAddr,
  });
  const request = yield* second.request('MESSAGE', content);
  yield* second.reply(request, '200 OK');
}

const DATE = 'Thu, 15 Jan 2026 12:00:00 GMT';
