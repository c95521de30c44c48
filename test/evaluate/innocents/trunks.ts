import type { CallOptions } from '../calls.js';
import { nationalNumber } from '../numbers.js';
import type { StageScene } from '../stage.js';
import { innocent } from './innocent.js';

const SBC = '203.0.113.129';

function trunk(stage: StageScene) {
  // A mirror of one direction shows what comes in from the carrier.
  const carrier = stage.host(SBC, { agent: 'Sonus SBC 9.2' });
  const pbx = stage.server('203.0.113.5');
  return { carrier, pbx };
}

/** A number of somebody in the country. */
const number = (stage: StageScene) => `+44${nationalNumber(stage.random)}`;

export const unallocated = innocent(
  'carrier trunk with unallocated numbers',
  'A carrier delivers calls for a block of a thousand numbers of which the PBX knows a hundred: nine in ten calls to numbers found on old lists end with 404.',
  (stage) => {
    const { carrier, pbx } = trunk(stage);
    for (let i = 0; i < 500; i++) {
      stage.at = i * 12;
      const called = stage.random.between(0, 999);
      const to = `+44163296${String(called).padStart(4, '0')}`;
      const known = called < 100 || i % 3 === 0;
      const call = {
        from: number(stage),
        to,
        talk: stage.seconds(20, 300),
        ends: 'caller',
      } as const;
      stage.call(carrier, pbx, known ? call : { ...call, fails: '404 Not Found', unrung: true });
    }
  },
);

export const wholesale = innocent(
  'wholesale trunk to many countries',
  'A carrier hands over 600 calls to numbers of thirty countries that do not exist, are busy or do not answer (404, 484, 486, 480, 503), and some that talk.',
  (stage) => {
    const { carrier, pbx } = trunk(stage);
    const ends = ['404 Not Found', '484 Address Incomplete', '486 Busy Here', undefined] as const;
    const more = ['480 Temporarily Unavailable', '503 Service Unavailable', undefined] as const;
    for (let i = 0; i < 600; i++) {
      stage.at = i * 4;
      const fails = stage.random.pick([...ends, ...more]);
      const to = `+${stage.random.pick(COUNTRIES)}${stage.random.between(10_000_000, 99_999_999)}`;
      const options: CallOptions = { from: number(stage), to, talk: stage.seconds(10, 200) };
      stage.call(carrier, pbx, fails === undefined ? options : { ...options, fails, unrung: true });
    }
  },
);

const COUNTRIES =
  '1 20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 52 55 61 64 81 82 86 90 91'.split(' ');

export const trunkFailover = innocent(
  'trunk failover with a storm of 503',
  'The first of two carriers answers everything with 503 for ten minutes; the PBX tries each call there, then at the second, and asks the first with OPTIONS every two seconds.',
  (stage) => {
    const { carrier, pbx } = trunk(stage);
    const second = stage.host('192.0.2.129', { agent: 'Oracle SBC 8.4' });
    for (let i = 0; i < 400; i++) {
      const fails = i >= 100 && i < 300 ? '503 Service Unavailable' : undefined;
      stage.at = i * 3;
      const call = { from: '01632960200', to: number(stage), talk: stage.seconds(20, 200) };
      if (fails === undefined) stage.call(pbx, carrier, call);
      else {
        stage.call(pbx, carrier, { ...call, fails, unrung: true });
        stage.during(stage.at + 0.2, () => stage.call(pbx, second, call));
        const ping = { method: 'OPTIONS', fromUser: 'asterisk' };
        stage.during(stage.at + 1, () => stage.ask(pbx, carrier, ping, '503 Service Unavailable'));
      }
    }
  },
);

export const international = innocent(
  'international business',
  'An import company calls suppliers and customers in twenty countries all day, from phones that register at its PBX, over a trunk; some numbers are dialled again, with 00 and with +.',
  (stage) => {
    const { carrier, pbx } = trunk(stage);
    const phones = Array.from({ length: 12 }, (_, i) => stage.phone(`10.20.0.${11 + i}`));
    for (const [i, phone] of phones.entries()) stage.register(phone, pbx, `${201 + i}`);
    for (let i = 0; i < 250; i++) {
      const own = i % 12;
      const user = `${201 + own}`;
      const digits = `${stage.random.pick(COUNTRIES)}${stage.random.between(100_000_000, 999_999_999)}`;
      const talk = stage.seconds(30, 900);
      const tries = stage.random.chance(0.15) ? ['00', '+'] : ['00'];
      for (const [turn, prefix] of tries.entries()) {
        stage.at = 60 + i * 110 + turn * 40;
        const fails = turn < tries.length - 1 ? { fails: '480 Temporarily Unavailable' } : {};
        const call = { to: `${prefix}${digits}`, talk, ...fails };
        const login = { user, password: `pw-${user}`, realm: 'asterisk' };
        stage.call(phones[own]!, pbx, { ...call, from: user, login });
        stage.during(stage.at + 0.06, () =>
          stage.call(pbx, carrier, { ...call, from: `01632960${user}`, to: `+${digits}` }),
        );
      }
    }
  },
);
