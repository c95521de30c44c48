import { z } from 'zod';
import { PEER_ROLES } from '../detect/hosts/peer-roles.js';
import { countryCode, dialPrefixes, nationalPrefix } from './number-shapes.js';
import { peers } from './peer-shapes.js';
import { TUNNEL_NAMES } from './tunnel-names.js';
import {
  addressRanges,
  captureFilter,
  duration,
  interfaces,
  listenAddresses,
  path,
  ports,
  signatureId,
  somePorts,
  telemetryPath,
  tunnels,
} from './value-shapes.js';

const DAY = 86_400;

/**
 * The configuration file. Descriptions and examples here are the only ones: the example file, the
 * JSON Schema for editors and the table of docs/CONFIGURATION.md are made from them. A key without
 * a default has an example instead. `secret: true` keeps a value out of what is printed.
 */

const record = z.strictObject({
  file: path.meta({
    description: 'File that the frames are written to, as pcapng. Its folder must exist.',
    examples: ['sipseer.pcapng'],
  }),
  limit_mib: z.int().min(1).max(1_048_576).default(1024).meta({
    description: 'Size in MiB at which recording ends.',
  }),
});

const capture = z.strictObject({
  interfaces: interfaces.default([]).meta({
    description:
      'Network interfaces that are read: the mirror (SPAN) ports, at most 8. `any` stands for all. `run -i` takes the place of this list.',
    examples: [['eth1', 'eth2']],
  }),
  backend: z.enum(['cap', 'tcpdump']).default('cap').meta({
    description:
      'Program that reads the interfaces: `cap` (the npm package) or `tcpdump` (must be installed; time stamps of the kernel, and it knows what the kernel lost).',
  }),
  ports: ports.prefault([5060, 5061]).meta({
    description:
      'UDP and TCP ports on which SIP is looked for: numbers and ranges such as `"5070-5080"`, or `any`. Other ports are not captured. On 5061 there is mostly TLS, which is recognised and not read.',
    examples: [[5060, '5070-5080'], 'any'],
  }),
  media_ports: somePorts.prefault([]).meta({
    description:
      'Ports on which media (RTP) is captured as well, so that dead air and attacks on media servers can be seen; none by default, since it is much traffic. Ports that telephones and media servers choose are in their settings.',
    examples: [['10000-20000']],
  }),
  filter: captureFilter.optional().meta({
    description:
      'Filter in the language of tcpdump (pcap-filter(7)) that takes the place of the one made from the ports. That one also lets fragments, ICMP errors, tags and tunnels through; your own has to say so.',
    examples: ['host 192.0.2.10 and port 5060'],
  }),
  tunnels: tunnels.prefault('all').meta({
    description: `Tunnels that are captured and read: \`all\`, \`none\`, or a list of ${TUNNEL_NAMES.map((name) => `\`${name}\``).join(', ')}. The kernel cannot look for a port inside (but of \`pppoe\` and \`mpls\`), so a tunnel is captured whole: leave out one that is much traffic and has no telephony in it.`,
    examples: [['gre', 'vxlan'], 'none'],
  }),
  trusted_tunnels: addressRanges.default(['private']).meta({
    description:
      'Addresses of tunnel ends that are believed like the mirror itself: networks, and `private` for all that are not of the Internet. From any other end, a reply inside a tunnel counts only on the way back of its request, since anybody can send a tunnel packet with made-up contents.',
    examples: [['private', '192.0.2.1', '2001:db8:7::/48']],
  }),
  buffer_mib: z.int().min(1).max(2048).default(128).meta({
    description:
      'Buffer of the kernel for each interface in MiB, 1 to 2048. What the kernel takes for it may be up to twice as much.',
  }),
  snap_length: z.int().min(256).max(262_144).default(16_300).meta({
    description:
      'Bytes that are kept of each packet, 256 to 262144. With what the kernel adds, 16300 just fills a slot of the ring; 16384 would take the next size and twice the memory. With `cap` it is always 65535.',
  }),
  promiscuous: z.boolean().default(true).meta({
    description:
      'Read packets that are addressed to others as well, as a mirror port needs. With `cap` it is always so.',
  }),
  record: record.optional().meta({
    description: 'Also write what is captured to a file.',
  }),
});

const signatures = z.strictObject({
  folders: z
    .array(path)
    .max(64)
    .default([])
    .meta({
      description: 'Folders or files with more signatures, besides the shipped ones.',
      examples: [['signatures']],
    }),
  disabled: z
    .array(signatureId)
    .max(1000)
    .default([])
    .meta({
      description: 'Ids of signatures that are left out.',
      examples: [['SIP-TOOL-001']],
    }),
});

const numbers = z.strictObject({
  country_code: countryCode.optional().meta({
    description:
      'Own country code, such as 44: numbers in national form are then known to be of the own country. Without it, only what is dialled in international form has a country.',
    examples: [44],
  }),
  international_prefixes: dialPrefixes.default(['+', '00', '011', '0011', '810']).meta({
    description:
      'What begins a number of another country. In quotes, since YAML would read a number. The longest that fits holds.',
    examples: [['+', '00']],
  }),
  national_prefix: nationalPrefix.default('0').meta({
    description: 'What begins a number of the own country outside the own area; empty: nothing.',
  }),
  outside_prefixes: dialPrefixes.default(['9']).meta({
    description:
      'What telephones dial first for an outside line. Where that is `0`, say so: it cannot be told from a national prefix.',
    examples: [['0'], ['9', '8']],
  }),
});

const events = z.strictObject({
  file: path.optional().meta({
    description:
      'File that alerts are appended to, one JSON object a line (EVE). Its folder must exist; the file is made with mode 0640. Without it, alerts go only where `run` prints them.',
    examples: ['events.jsonl'],
  }),
});

const log = z.strictObject({
  level: z.enum(['error', 'warning', 'info', 'debug']).default('info').meta({
    description: 'What the program says of itself on standard error: this and what is graver.',
  }),
  format: z.enum(['text', 'json']).default('text').meta({
    description: 'How it says it: a line of text, or a JSON object a line.',
  }),
});

const state = z.strictObject({
  directory: path.optional().meta({
    description:
      'Folder for the snapshot that keeps incidents, learned roles and counts over a restart. It must exist and be writable. Without it, nothing is kept.',
    examples: ['/var/lib/sipseer'],
  }),
  interval: duration(1, DAY).prefault('1m').meta({
    description: 'Time between two snapshots: a number and a unit (s, m, h, d), 1s to 1d.',
  }),
});

const visibility = z.strictObject({
  silence: duration(1, 7 * DAY)
    .prefault('10m')
    .meta({
      description:
        'Time without a packet (s, m, h, d) after which the mirror counts as silent, 1s to 7d.',
    }),
});

const web = z.strictObject({
  listen_addresses: listenAddresses.default(['127.0.0.1:15060']).meta({
    description:
      'Addresses of the web server (metrics, health, API): `ADDRESS:PORT`, `[IPV6]:PORT`, or `:PORT` for all addresses of the machine, which opens it to the network. Port 0 lets the system choose. An empty list: no web server.',
    examples: [['127.0.0.1:15060', '[::1]:15060']],
  }),
  telemetry_path: telemetryPath.default('/metrics').meta({
    description: 'Path of the metrics for Prometheus.',
  }),
  config_file: path.optional().meta({
    description:
      'File with TLS and passwords in the web configuration format of Prometheus (exporter-toolkit). Without it: plain HTTP, open to whoever reaches the address.',
    examples: ['web-config.yml'],
  }),
  enable_lifecycle: z.boolean().default(false).meta({
    description: 'Allow `POST /-/reload`, which reads configuration and signatures again.',
  }),
});

export const configSchema = z.strictObject({
  capture: capture.prefault({}).meta({ description: 'What is captured, and how.' }),
  signatures: signatures.prefault({}).meta({ description: 'What is looked for.' }),
  numbers: numbers.prefault({}).meta({ description: 'How numbers are dialled here.' }),
  peers: peers.default([]).meta({
    description: `Hosts that are known: their \`addresses\` and \`role\` (${PEER_ROLES.join(', ')}), and if you like a \`name\`. What a declared host does for its role is not held against it. With \`trusted: true\`, nothing about it is told but compromise and fraud: of datagrams that forge its address, too. The first entry that includes an address holds.`,
    examples: [
      [
        { addresses: ['192.0.2.10'], role: 'registrar', name: 'PBX' },
        { addresses: ['198.51.100.0/28'], role: 'trunk', name: 'carrier' },
        { addresses: ['192.0.2.99'], role: 'monitor', trusted: true },
      ],
    ],
  }),
  trusted_hops: addressRanges.default([]).meta({
    description:
      'Your proxies and load balancers: addresses and networks. What they send on is held against whom they say it came from (`received` and `rport` in the Via below their own), and not against them. Name none that does not add `received` itself.',
    examples: [['192.0.2.20', '192.0.2.21']],
  }),
  events: events.prefault({}).meta({ description: 'Where alerts are written.' }),
  log: log.prefault({}).meta({ description: 'What the program says of itself.' }),
  state: state.prefault({}).meta({ description: 'What is kept over a restart.' }),
  visibility: visibility.prefault({}).meta({
    description: 'When the sensor doubts that it sees the traffic.',
  }),
  web: web.prefault({}).meta({ description: 'Metrics, health and API over HTTP.' }),
});
