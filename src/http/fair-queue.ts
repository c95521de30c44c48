/** Serves clients by turns, so that one that asks a lot waits for itself only. */
export class FairQueue<T> {
  /** Clients with something that waits, the one that was served last at the end. */
  private readonly clients = new Map<string, T[]>();
  private readonly share: number;

  /** `share`: how much of one client may wait. */
  constructor(share: number) {
    this.share = share;
  }

  /** False when the client's share waits already. */
  add(client: string, item: T): boolean {
    const items = this.clients.get(client);
    if (items === undefined) this.clients.set(client, [item]);
    else if (items.length >= this.share) return false;
    else items.push(item);
    return true;
  }

  next(): T | undefined {
    for (const [client, items] of this.clients) {
      const item = items.shift();
      this.clients.delete(client);
      if (items.length > 0) this.clients.set(client, items);
      return item;
    }
    return undefined;
  }
}
