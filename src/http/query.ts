import { printable } from '../incident/printable.js';

/** What is wrong with the query of a request, in one line that says what to give. */
export class QueryError extends Error {}

/**
 * Reads the parameters of a query one by one. A value that is not allowed, or a parameter that
 * nobody asked for, is an error: a filter that is silently ignored shows the wrong list.
 */
export class Query {
  private readonly params: URLSearchParams;
  private readonly known: string[] = [];

  constructor(params: URLSearchParams) {
    this.params = params;
  }

  oneOf<T extends string>(name: string, allowed: readonly T[], otherwise: T): T {
    this.known.push(name);
    const text = this.params.get(name);
    if (text === null) return otherwise;
    const value = allowed.find((each) => each === text);
    if (value === undefined) throw new QueryError(`${name} must be one of ${allowed.join(', ')}`);
    return value;
  }

  count(name: string, otherwise: number, most: number): number {
    this.known.push(name);
    const text = this.params.get(name);
    if (text === null) return otherwise;
    const value = /^\d{1,6}$/.test(text) ? Number(text) : 0;
    if (value < 1 || value > most) throw new QueryError(`${name} must be from 1 to ${most}`);
    return value;
  }

  /** All parameters have been asked for. */
  end(): void {
    for (const name of this.params.keys()) {
      if (!this.known.includes(name)) {
        const known = this.known.length === 0 ? 'none' : this.known.join(', ');
        throw new QueryError(`unknown parameter "${printable(name, 40)}"; known: ${known}`);
      }
    }
  }
}
