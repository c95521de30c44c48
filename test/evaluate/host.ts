/** Names that real phones and softphones give themselves. */
export const PHONE_AGENTS = [
  'Yealink SIP-T46S 66.86.0.15',
  'PolycomVVX-VVX_411-UA/5.9.6.2327',
  'Grandstream GXP2170 1.0.11.48',
  'snomD785/10.1.141.13',
  'Cisco-CP-8841-3PCC/11.3.7',
  'Fanvil X4U 2.12.1.4',
  'Mitel-6867i-SIP/6.3.0.1020-SIP',
  'AVM FRITZ!Box 7590 154.07.57',
] as const;

export interface HostOptions {
  readonly port?: number;
  readonly agent?: string | undefined;
  readonly transport?: 'udp' | 'tcp';
  /** What it calls itself behind a NAT (Via, Contact, SDP), `192.168.1.20:5060`. */
  readonly inside?: string | undefined;
}

/** Who sends and receives: the address and port on the wire. */
export class Host {
  readonly address: string;
  readonly port: number;
  readonly agent: string | undefined;
  readonly transport: 'udp' | 'tcp';
  /** `198.51.100.7:5060` on the wire, and as it calls itself. */
  readonly endpoint: string;
  readonly ownName: string;

  constructor(address: string, options: HostOptions = {}) {
    const { port = 5060, agent, transport = 'udp', inside } = options;
    this.address = address;
    this.port = port;
    this.agent = agent;
    this.transport = transport;
    this.endpoint = `${this.name}:${port}`;
    this.ownName = inside ?? this.endpoint;
  }

  /** As it stands in a URI: IPv6 in brackets. */
  get name(): string {
    return this.address.includes(':') ? `[${this.address}]` : this.address;
  }

  /** The address it believes to have. */
  get ownAddress(): string {
    return this.ownName.slice(0, this.ownName.lastIndexOf(':')).replace(/^\[|\]$/g, '');
  }

  /** The same host on another port, or otherwise changed. */
  with(options: HostOptions): Host {
    const { port, agent, transport } = this;
    const inside = this.ownName === this.endpoint ? undefined : this.ownName;
    return new Host(this.address, { port, agent, transport, inside, ...options });
  }
}
