import type { Host } from '../host.js';
import type { StageScene } from '../stage.js';
import { innocent } from './innocent.js';

const ADDRESSES = 300;

function phoneAt(stage: StageScene, i: number): Host {
  return stage.phone(`10.${30 + Math.floor(i / 200)}.0.${(i % 200) + 20}`);
}

/** OPTIONS to each phone every two minutes; who is off gets it again as timer E wants. */
function qualify(stage: StageScene, pbx: Host, phones: readonly Host[], minutes: number): void {
  for (let round = 0; round < minutes / 2; round++) {
    for (const [i, phone] of phones.entries()) {
      stage.at = 900 + round * 120 + (i * 120) / phones.length;
      const options = { method: 'OPTIONS', user: `${2000 + i}`, fromUser: 'asterisk' };
      if (i % 3 !== 0) stage.ask(pbx, phone, options, '200 OK');
      else stage.retransmit(stage.ask(pbx, phone, options), 3);
    }
  }
}

export const qualifying = innocent(
  'PBX qualifies its phones',
  'A PBX asks 300 registered phones with OPTIONS every two minutes whether they are there; a third has been switched off.',
  (stage) => {
    const pbx = stage.server('203.0.113.5');
    const phones = Array.from({ length: ADDRESSES }, (_, i) => phoneAt(stage, i));
    for (const [i, phone] of phones.entries()) {
      stage.at = (i * 800) / ADDRESSES;
      stage.register(phone, pbx, `${2000 + i}`);
    }
    qualify(stage, pbx, phones, 14);
  },
);

export const qualifyingUnseen = innocent(
  'PBX qualifies phones that registered before',
  'A PBX asks 300 phones with OPTIONS every two minutes, a third is off, and the sensor was started after all had registered.',
  (stage) => {
    const pbx = stage.server('203.0.113.5');
    const phones = Array.from({ length: ADDRESSES }, (_, i) => phoneAt(stage, i));
    qualify(stage, pbx, phones, 14);
  },
);

export const monitoring = innocent(
  'monitoring host',
  'A monitoring system asks 100 servers in many networks with OPTIONS every minute; three are down for maintenance.',
  (stage) => {
    const monitor = stage.host('192.0.2.250', { agent: 'Zabbix SIP check 1.4', port: 5060 });
    const servers = Array.from({ length: 100 }, (_, i) =>
      stage.server(`203.0.113.${i + 20}`, { agent: 'kamailio (5.7.2 (x86_64/linux))' }),
    );
    for (let round = 0; round < 30; round++) {
      for (const [i, server] of servers.entries()) {
        stage.at = round * 60 + i * 0.5;
        const options = { method: 'OPTIONS', user: 'ping', fromUser: 'monitor' };
        if (i >= 3) stage.ask(monitor, server, options, '200 OK');
        else stage.retransmit(stage.ask(monitor, server, options), 2);
      }
    }
  },
);

export const balancer = innocent(
  'health checks of a load balancer',
  'A load balancer in front of six session border controllers opens a TCP connection every five seconds to each and closes it without a word, and asks with OPTIONS over TCP every thirty.',
  (stage) => {
    for (let i = 0; i < 6; i++) {
      const sbc = stage.server(`10.9.0.${20 + i}`, { agent: 'OpenSIPS (3.4.2)' });
      for (let turn = 0; turn < 240; turn++) {
        stage.at = turn * 5 + i * 0.3;
        const port = 20_000 + turn * 8 + i;
        const client = stage.host('10.9.0.5', { port, transport: 'tcp' });
        if (turn % 6 === 0) {
          stage.ask(client, sbc, { method: 'OPTIONS', fromUser: 'health' }, '200 OK');
          continue;
        }
        stage.segment(client, sbc, 'syn');
        stage.segment(sbc, client, 'syn-ack', 0.001);
        stage.segment(client, sbc, 'ack', 0.002);
        stage.segment(client, sbc, 'fin', 0.003);
        stage.segment(sbc, client, 'fin', 0.004);
        stage.segment(client, sbc, 'ack', 0.005);
      }
    }
  },
  { without: { tcp: 'it is so in every variation' } },
);

export const keepAlive = innocent(
  'keep-alives',
  'Thirty phones behind routers keep their bindings open: CRLF CRLF every thirty seconds, others with empty datagrams, others with OPTIONS; the PBX does the same towards them.',
  (stage) => {
    const pbx = stage.server('203.0.113.5');
    for (let i = 0; i < 30; i++) {
      const inside = `192.168.1.${20 + i}:5060`;
      const phone = stage.phone(`192.0.2.${100 + i}`, { port: 30_000 + 17 * i, inside });
      stage.at = i;
      stage.register(phone, pbx, `${500 + i}`);
      for (let turn = 1; turn < 60; turn++) {
        stage.at = i + turn * 30;
        if (i % 3 === 0) stage.send(phone, pbx, '\r\n\r\n');
        else if (i % 3 === 1) stage.send(phone, pbx, '');
        else stage.ask(phone, pbx, { method: 'OPTIONS', user: `${500 + i}` }, '200 OK');
        if (turn % 2 === 0) stage.send(pbx, phone, '');
        else if (turn % 4 === 1) {
          stage.ask(
            pbx,
            phone,
            { method: 'OPTIONS', user: `${500 + i}`, fromUser: 'ping' },
            '200 OK',
          );
        }
      }
    }
  },
  { without: { tcp: 'datagrams are what it is about' } },
);
