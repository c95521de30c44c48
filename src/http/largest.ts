/** What was kept of many items, highest first, and how many there were. */
export interface Largest<T> {
  readonly items: T[];
  readonly seen: number;
}

/**
 * The `most` items that rank highest. Keeps no more than these: sorting 100,000 sources for a list
 * of twenty would hold up the packets. `order` is negative when `a` ranks below `b`.
 *
 * Invariant: `heap[i]` ranks no higher than `heap[2 * i + 1]` and `heap[2 * i + 2]`.
 */
export function largest<T>(
  items: Iterable<T>,
  most: number,
  order: (a: T, b: T) => number,
): Largest<T> {
  const heap: T[] = [];
  let seen = 0;
  for (const item of items) {
    seen++;
    if (heap.length < most) rise(heap, item, order);
    else if (most > 0 && order(item, heap[0]!) > 0) sink(heap, item, order);
  }
  heap.sort((a, b) => order(b, a));
  return { items: heap, seen };
}

/** Adds an item at the end and lets it rise to its place. */
function rise<T>(heap: T[], item: T, order: (a: T, b: T) => number): void {
  let at = heap.push(item) - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (order(heap[parent]!, item) <= 0) break;
    heap[at] = heap[parent]!;
    at = parent;
  }
  heap[at] = item;
}

/** Puts an item in the place of the lowest and lets it sink to its place. */
function sink<T>(heap: T[], item: T, order: (a: T, b: T) => number): void {
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && order(heap[child + 1]!, heap[child]!) < 0) child++;
    if (order(heap[child]!, item) >= 0) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = item;
}
