import { Office, type OfficeOptions } from '../office.js';
import type { StageScene } from '../stage.js';
import { innocent } from './innocent.js';

const HOUR = 3600;

function office(
  stage: StageScene,
  phones: number,
  hours: number,
  calls: number,
  options: OfficeOptions = {},
): void {
  const own = new Office(stage, { phones, media: 2, ...options });
  own.registerAll(0, 600);
  for (let at = 1800; at < hours * HOUR; at += 1800) own.registerAll(at, 1700);
  own.calls(600, hours * HOUR, calls);
}

export const officeDay = innocent(
  'office day',
  'Forty phones register (each first gets a 401) and do so again every half hour; they call each other and customers, and are called over the trunk, for ten hours.',
  (stage) => office(stage, 40, 10, 200),
);

export const oneWayOffice = innocent(
  'one-way mirror of an office',
  'Fifteen phones of an office register, call and are called for six hours, and the mirror shows only what the phones send.',
  (stage) => {
    office(stage, 15, 6, 100);
    const shown = stage.packets.filter(({ from }) => from.startsWith('10.20.0.'));
    stage.packets.splice(0, stage.packets.length, ...shown);
  },
  { without: { 'one-way': 'it is so in every variation' } },
);

export const officeOverIpv6 = innocent(
  'office over IPv6',
  'Twenty phones of one /64, their PBX and their trunk, all over IPv6.',
  (stage) =>
    office(stage, 20, 6, 100, {
      network: '2001:db8:20::',
      pbx: stage.server('2001:db8:5::5'),
      trunk: stage.host('2001:db8:129::1', { agent: 'Sonus SBC 9.2' }),
    }),
);

export const startedLate = innocent(
  'sensor started in the middle of the day',
  'Calls go on when the sensor starts: of dialogs only the end is seen, and phones at public addresses are called by their PBX before the sensor has seen them register.',
  (stage) => {
    const own = new Office(stage, { phones: 25, network: '192.0.2.' });
    own.registerAll(0, 600);
    own.calls(0, 7200, 120);
    own.registerAll(4000, 1700);
    const shown = stage.packets.filter(({ at }) => at > 1500);
    stage.packets.splice(0, stage.packets.length, ...shown);
  },
);

export const lossyNetwork = innocent(
  'retransmissions under loss',
  'A fifth of the packets between phones and PBX is lost behind the mirror: requests are sent again after 0.5, 1.5 and 3.5 s, replies as often as their request.',
  (stage) => {
    office(stage, 20, 4, 80);
    const again = stage.packets
      .filter(({ payload, transport }) => transport === 'udp' && payload.length > 200)
      .flatMap((packet) => {
        const times = stage.random.chance(0.2) ? stage.random.between(1, 3) : 0;
        return [0.5, 1.5, 3.5]
          .slice(0, times)
          .map((later) => ({ ...packet, at: packet.at + later }));
      });
    stage.packets.push(...again);
  },
);

export const restart = innocent(
  'PBX restart',
  'A PBX restarts in the middle of the day: it answers 503, then knows neither calls (481) nor nonces (401 with stale=true); sixty phones re-register within a minute, some of them several times.',
  (stage) => {
    const own = new Office(stage, { phones: 60 });
    own.registerAll(0, 600);
    own.calls(600, 3000, 30);
    const dialogs = own.phones.slice(0, 12).map((phone, i) =>
      stage.during(3000 + i, () =>
        stage.call(phone, own.pbx, {
          from: own.extension(i),
          to: own.extension(i + 20),
          ends: 'nobody',
        }),
      ),
    );
    for (const [i, phone] of own.phones.entries()) {
      stage.at = 3300 + stage.seconds(0, 30);
      const user = own.extension(i);
      stage.ask(phone, own.pbx, { method: 'REGISTER', user }, '503 Service Unavailable');
    }
    for (const dialog of dialogs) {
      stage.at = 3340 + stage.seconds(0, 20);
      stage.within(dialog, { method: 'BYE' }, '481 Call/Transaction Does Not Exist');
    }
    for (const at of [3345, 3375]) own.registerAll(at, 25);
    own.calls(3500, 6000, 30);
  },
);
