/**
 * The condition of a signature: selection names joined by `and`, `or`, `not` and brackets, and
 * `2 of trait_*`, `any of x_*`, `all of x_*` over the names that a pattern covers.
 */
export type Condition =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'not'; readonly operand: Condition }
  | { readonly kind: 'and' | 'or'; readonly operands: readonly Condition[] }
  | { readonly kind: 'of'; readonly atLeast: number; readonly names: readonly string[] };

const MAX_DEPTH = 20;

/** Parses a condition over the given selection names; an error text when it is not one. */
export function parseCondition(
  text: string,
  names: readonly string[],
): Condition | { error: string } {
  const parser = new Parser(text.match(/\(|\)|[^\s()]+/g) ?? [], names);
  try {
    return parser.parse();
  } catch (error) {
    if (error instanceof ConditionError) return { error: error.message };
    throw error;
  }
}

/** Names of selections that a condition speaks of. */
export function namesIn(condition: Condition): string[] {
  switch (condition.kind) {
    case 'name':
      return [condition.name];
    case 'not':
      return namesIn(condition.operand);
    case 'of':
      return [...condition.names];
    default:
      return condition.operands.flatMap(namesIn);
  }
}

class ConditionError extends Error {}

class Parser {
  private readonly tokens: readonly string[];
  private readonly names: readonly string[];
  private at = 0;
  private depth = 0;

  constructor(tokens: readonly string[], names: readonly string[]) {
    this.tokens = tokens;
    this.names = names;
  }

  parse(): Condition {
    const condition = this.or();
    if (this.at < this.tokens.length)
      throw new ConditionError(`"${this.tokens[this.at]}" is left over`);
    return condition;
  }

  private or(): Condition {
    return this.chain('or', () => this.chain('and', () => this.unary()));
  }

  private chain(kind: 'and' | 'or', operand: () => Condition): Condition {
    const operands = [operand()];
    while (this.tokens[this.at] === kind) {
      this.at++;
      operands.push(operand());
    }
    return operands.length === 1 ? operands[0]! : { kind, operands };
  }

  private unary(): Condition {
    if (++this.depth > MAX_DEPTH) throw new ConditionError('nested too deeply');
    const token = this.tokens[this.at++];
    let result: Condition;
    if (token === undefined) throw new ConditionError('ends where a selection name should stand');
    if (token === 'not') result = { kind: 'not', operand: this.unary() };
    else if (token === '(') {
      result = this.or();
      if (this.tokens[this.at++] !== ')') throw new ConditionError('a closing bracket is missing');
    } else if (this.tokens[this.at] === 'of') result = this.quantified(token);
    else if (this.names.includes(token)) result = { kind: 'name', name: token };
    else
      throw new ConditionError(
        `"${token}" is not a selection; there are: ${this.names.join(', ')}`,
      );
    this.depth--;
    return result;
  }

  /** `2 of trait_*`: the word before `of` was read, the pattern follows. */
  private quantified(amount: string): Condition {
    this.at++;
    const pattern = this.tokens[this.at++] ?? '';
    const names = pattern.endsWith('*')
      ? this.names.filter((name) => name.startsWith(pattern.slice(0, -1)))
      : [];
    if (names.length === 0) throw new ConditionError(`"${pattern}" covers no selection`);
    const atLeast = amount === 'any' ? 1 : amount === 'all' ? names.length : Number(amount);
    if (!Number.isInteger(atLeast) || atLeast < 1 || atLeast > names.length) {
      throw new ConditionError(`"${amount} of ${pattern}": there are ${names.length} of them`);
    }
    return { kind: 'of', atLeast, names };
  }
}
