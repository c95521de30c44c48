import type { Agent } from './agent.js';
import { direct, type Hop, type Route } from './dialog.js';
import { Socket } from './packet-file.js';
import { Party } from './party.js';
import { Path, type Recorder } from './path.js';
import { CISCO_PHONES, DESK_PHONES, REMOTE_PHONES } from './phones.js';
import {
  ASTERISK,
  CARRIERS,
  CUCM,
  FREEPBX,
  FREESWITCH,
  KAMAILIO,
  type ServerAgent,
} from './servers.js';

/** A server with its phones and trunks; where a proxy stands before it, they all go through that. */
export class Site {
  readonly server: Party;
  readonly agent: ServerAgent;
  readonly proxy: Party | undefined;
  readonly phones: Phone[] = [];
  readonly trunks: Phone[] = [];
  private readonly inside: Path | undefined;

  private readonly recorder: Recorder;
  readonly plan: Plan;

  constructor(recorder: Recorder, plan: Plan) {
    this.recorder = recorder;
    this.plan = plan;
    this.agent = plan.agent;
    this.server = this.partyAt(plan.agent, plan.server, plan.transport ?? 'UDP');
    if (plan.proxy) {
      this.proxy = this.partyAt(KAMAILIO, plan.proxy, 'UDP');
      this.inside = new Path(recorder, this.proxy.socket, this.server.socket);
    }
  }

  private partyAt(agent: Agent, address: string, transport: 'UDP' | 'TCP'): Party {
    const socket = new Socket(address, 5060);
    return new Party(
      agent,
      socket,
      socket,
      '',
      '',
      this.plan.domain,
      transport,
      this.recorder.random,
    );
  }

  /** The one whom phones talk to. */
  private get door(): Party {
    return this.proxy ?? this.server;
  }

  addPhone(index: number): void {
    const { plan, recorder } = this;
    const { random } = recorder;
    const agent = random.pick(plan.phones);
    const [own, seen] = plan.address(index);
    const user = String(plan.firstUser + index);
    const name = random.chance(0.6) ? random.pick(NAMES) : user;
    const transport = plan.transport ?? 'UDP';
    const party = new Party(agent, seen, own, user, name, plan.domain, transport, random);
    const path = new Path(recorder, seen, this.door.socket, transport, plan.vlan);
    this.phones.push({ party, path, isBusy: false });
  }

  addTrunk(index: number): void {
    const { random } = this.recorder;
    const socket = new Socket(`192.0.2.${70 + index}`, 5060);
    const agent = CARRIERS[index]!;
    const domain = `sbc${index}.carrier.example`;
    const party = new Party(agent, socket, socket, '', '', domain, 'UDP', random);
    this.trunks.push({
      party,
      path: new Path(this.recorder, socket, this.door.socket),
      isBusy: false,
    });
  }

  /** From a phone or trunk to the server itself. */
  up(phone: Phone): Route {
    if (!this.proxy || !this.inside) return direct(phone.path, true);
    const hops = [
      { path: phone.path, fromNear: true },
      { path: this.inside, fromNear: true },
    ];
    return { hops, proxies: [this.proxy] };
  }

  /** The other way. */
  down(phone: Phone): Route {
    const { hops, proxies } = this.up(phone);
    const turned = hops.toReversed().map(({ path }): Hop => ({ path, fromNear: false }));
    return { hops: turned, proxies };
  }

  /** From one phone or trunk to another through the server, where that only forwards. */
  across(from: Phone, to: Phone): Route {
    const hops = [
      { path: from.path, fromNear: true },
      { path: to.path, fromNear: false },
    ];
    return { hops, proxies: [this.server] };
  }
}

export interface Phone {
  readonly party: Party;
  readonly path: Path;
  isBusy: boolean;
}

interface Plan {
  /** Of all phones, how many out of a hundred are here. */
  readonly share: number;
  readonly agent: ServerAgent;
  readonly server: string;
  readonly proxy?: string;
  readonly domain: string;
  readonly phones: readonly Agent[];
  readonly transport?: 'UDP' | 'TCP';
  readonly vlan?: number;
  readonly firstUser: number;
  /** The server only forwards calls, and does not stand between them as a party of its own. */
  readonly isProxy?: boolean;
  /** It asks its phones from time to time whether they are there. */
  readonly qualifies?: boolean;
  /** Its carriers, by their place in the list. */
  readonly trunks: readonly number[];
  /** Its own address of the n-th phone, and where others see it. */
  readonly address: (index: number) => readonly [own: Socket, seen: Socket];
}

function sameSocket(address: string, port = 5060): readonly [Socket, Socket] {
  const socket = new Socket(address, port);
  return [socket, socket];
}

export const PLANS: readonly Plan[] = [
  {
    // An office: phones in a VLAN of their own.
    share: 33,
    agent: ASTERISK,
    server: '10.20.0.10',
    domain: 'pbx.example.com',
    phones: DESK_PHONES,
    vlan: 20,
    firstUser: 2000,
    qualifies: true,
    trunks: [0, 1],
    address: (index) => sameSocket(`10.20.${1 + (index >> 7)}.${10 + (index & 127)}`),
  },
  {
    // A provider's proxy: phones at home, and in offices that hide behind one address each.
    share: 30,
    agent: KAMAILIO,
    server: '198.51.100.10',
    domain: 'sip.example.net',
    phones: REMOTE_PHONES,
    firstUser: 4930100000,
    isProxy: true,
    trunks: [2, 0],
    address: (index) => {
      const own = new Socket(`192.168.${index % 250}.${20 + (index % 200)}`, 5060);
      const seen =
        index % 3 === 0
          ? new Socket(`20.45.${index >> 8}.${index & 255}`, 5060)
          : new Socket(`203.0.113.${10 + ((index * 7) % 40)}`, 10_000 + index);
      return [own, seen];
    },
  },
  {
    // An older telephone system behind a proxy.
    share: 21,
    agent: FREEPBX,
    server: '10.30.0.5',
    proxy: '198.51.100.20',
    domain: 'voip.example.org',
    phones: DESK_PHONES,
    firstUser: 300,
    qualifies: true,
    trunks: [1],
    address: (index) => sameSocket(`20.60.${index >> 8}.${index & 255}`, 5060 + (index % 3)),
  },
  {
    share: 8,
    agent: FREESWITCH,
    server: '2001:db8:5::10',
    domain: 'voice.example.net',
    phones: REMOTE_PHONES,
    firstUser: 1000,
    trunks: [],
    address: (index) =>
      sameSocket(`2001:db8:20:${(index >> 4).toString(16)}::${(16 + (index & 15)).toString(16)}`),
  },
  {
    share: 8,
    agent: CUCM,
    server: '10.40.0.11',
    domain: 'cucm.example.com',
    phones: CISCO_PHONES,
    transport: 'TCP',
    firstUser: 71000,
    trunks: [],
    address: (index) =>
      sameSocket(`10.40.${1 + (index >> 7)}.${10 + (index & 127)}`, 49_152 + (index % 9000)),
  },
];

const NAMES = [
  'Reception',
  'Alice Meyer',
  'Support',
  'Warehouse',
  'Jan de Vries',
  'M. Rossi',
  'Conference',
  'Front Desk',
  'Workshop',
  'Sales',
  'Bob Jones',
  'A. Kowalska',
  'Home',
  'Door',
  'Fax',
];
