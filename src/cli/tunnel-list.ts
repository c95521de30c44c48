import { InvalidArgumentError } from 'commander';
import { parseTunnels, TUNNEL_NAMES, type TunnelName } from '../config/tunnel-names.js';

/** Tunnels as given on the command line: `all`, `none`, or `gre,vxlan`. */
export function tunnelList(text: string): TunnelName[] {
  const tunnels = parseTunnels(text);
  if (tunnels !== undefined) return tunnels;
  throw new InvalidArgumentError(`give all, none, or some of ${TUNNEL_NAMES.join(',')}`);
}
