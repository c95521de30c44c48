/** Ports that are told apart; messages on others are only in the total. */
const PORTS_LIMIT = 64;

/** How many SIP messages were seen on each port that is not looked at. */
export class PortTally {
  private readonly byPort = new Map<number, number>();

  add(port: number): void {
    const known = this.byPort.get(port);
    if (known !== undefined) this.byPort.set(port, known + 1);
    else if (this.byPort.size < PORTS_LIMIT) this.byPort.set(port, 1);
  }

  /** The busiest ports with their counts. */
  busiest(most: number): [port: number, count: number][] {
    return [...this.byPort].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, most);
  }
}
