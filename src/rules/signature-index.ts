import { SipMessage } from '../sip/message.js';
import { Packet } from '../wire/packet.js';
import type { CompiledSignature } from './compile.js';
import type { FieldTable } from './fields/field.js';
import { MessageSubject } from './fields/message-fields.js';
import type { Clause, KnownTest } from './index/clause.js';
import { type MethodSieves, Sieves } from './index/sieves.js';

type List = readonly CompiledSignature<MessageSubject>[];

/** Fields that are the same in all requests of one method. */
const SET_BY_METHOD: readonly string[] = ['method', 'is_request', 'is_response'];

/**
 * Which signatures to try on a message. From each condition the cheapest thing is derived that must
 * be seen for it to hold (a literal, a length, a shape, a flag), for each method by itself: so what
 * a signature set costs on honest traffic hardly depends on how many signatures there are.
 */
export class SignatureIndex {
  /** All of them, in order of loading. */
  readonly signatures: List;
  private readonly fields: FieldTable<MessageSubject>;
  /** Methods that some signature asks for by name: each goes its own way, made when it comes. */
  private readonly named: ReadonlySet<string>;
  private readonly byMethod = new Map<string | undefined, MethodSieves<MessageSubject>>();
  private readonly others: MethodSieves<MessageSubject>;
  /** Where those lie; when they are full, others begin. */
  private shared: Sieves<MessageSubject>;
  private readonly method: (subject: MessageSubject) => string | undefined;
  /** What those need that ask for nothing that a method decides: the same for all methods. */
  private readonly clauses = new Map<CompiledSignature<MessageSubject>, Clause<MessageSubject>>();

  constructor(signatures: List, fields: FieldTable<MessageSubject>) {
    this.signatures = signatures;
    this.fields = fields;
    this.shared = new Sieves(fields);
    this.method = fields.get('method')!.read as (subject: MessageSubject) => string | undefined;
    this.named = new Set(signatures.flatMap(({ methods }) => methods));
    this.others = this.sieves(({ methods }) => (methods === undefined ? undefined : false));
  }

  /** The signatures worth trying, in order of loading; valid until the next call. */
  candidatesFor(subject: MessageSubject): List {
    const method = this.method(subject);
    const sieves = this.byMethod.get(method) ?? this.sievesFor(method);
    return sieves.find(subject);
  }

  private sievesFor(method: string | undefined): MethodSieves<MessageSubject> {
    if (method === undefined || !this.named.has(method)) return this.others;
    const request = requestOf(method);
    const isRead = this.method(request) === method;
    const sieves = this.sieves(({ fields, holds }) =>
      isRead && fields.every((field) => SET_BY_METHOD.includes(field)) ? holds(request) : undefined,
    );
    this.byMethod.set(method, sieves);
    return sieves;
  }

  private sieves(known: KnownTest<MessageSubject>): MethodSieves<MessageSubject> {
    const sieves = this.forMethod();
    for (const signature of this.signatures) sieves.add(signature, this.clauseOf(signature, known));
    return sieves;
  }

  private clauseOf(
    signature: CompiledSignature<MessageSubject>,
    known: KnownTest<MessageSubject>,
  ): Clause<MessageSubject> {
    let clause = this.clauses.get(signature);
    if (clause !== undefined) return clause;
    clause = signature.clause(known);
    if (!SET_BY_METHOD.some((field) => signature.fields.has(field))) {
      this.clauses.set(signature, clause);
    }
    return clause;
  }

  private forMethod(): MethodSieves<MessageSubject> {
    const sieves = this.shared.forMethod();
    if (sieves !== undefined) return sieves;
    this.shared = new Sieves(this.fields);
    return this.forMethod();
  }
}

/** One for all: the kernel has room for few messages. */
const PROBE = new SipMessage();

/** A request that has nothing but its method, and so what all requests with it have. */
function requestOf(method: string): MessageSubject {
  const bytes = Buffer.from(`${method} sip:a SIP/2.0\r\n\r\n`, 'latin1');
  PROBE.reset(bytes, 0, bytes.length);
  return new MessageSubject(PROBE, new Packet());
}
