import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BindingChange } from '../../src/detect/accounts/binding-change.js';
import { refreshBinding } from '../../src/detect/accounts/binding-refresh.js';
import type { Asked, RegisterContact } from '../../src/detect/accounts/register-contacts.js';
import {
  Registration,
  readRegistration,
  savedRegistration,
} from '../../src/detect/accounts/registration.js';
import { Transaction } from '../../src/detect/transactions/transaction.js';
import { Packet } from '../../src/wire/packet.js';

const REGISTRAR = 0xcb007105;
const ADDRESSES = [0xc000020a, 0xc0000214, 0xc6336407];
const seconds = mostly(60, fc.constantFrom(-1, 0, 5));

function mostly<T>(usual: T, other: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc.oneof({ weight: 9, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: other });
}

const contact = fc.record<RegisterContact>({
  text: mostly('192.0.2.10:5060', fc.constantFrom('192.0.2.10:5062', 'phone:5060')),
  host: fc.constant(undefined),
  port: fc.constant(5060),
  expires: seconds,
});
const contacts = fc.oneof(
  { weight: 9, arbitrary: fc.tuple(contact) },
  fc.array(contact, { maxLength: 3 }),
);
const step = fc.record({
  after: fc.constantFrom(0, 1, 10, 100),
  from: mostly(ADDRESSES[0]!, fc.constantFrom(...ADDRESSES)),
  asked: fc.record<Asked>({
    all: fc.constant(false),
    contacts,
    expires: seconds,
    agent: mostly(1, fc.constant(2)),
    domain: mostly(7, fc.constantFrom(0, 8)),
  }),
  listed: fc.option(contacts, { nil: undefined }),
  granted: seconds,
});

test('what is bound once more is changed as any other binding is', () => {
  let refreshed = 0;
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      let [now, kept] = [1000, new Registration(REGISTRAR, '1001')];
      for (const { after, from, asked, listed = asked.contacts, granted } of steps) {
        now += after;
        const packet = new Packet();
        packet.origin = from;
        packet.originPort = 5060 + (now % 3);
        const transaction = new Transaction(packet, 'REGISTER');
        const before = savedRegistration(kept);
        const general = readRegistration(before)!;
        const change = new BindingChange(general, transaction, asked, listed, granted, now);
        change.apply();
        const until = refreshBinding(kept, transaction, asked, listed, granted, now);
        if (until === undefined) assert.deepEqual(savedRegistration(kept), before);
        else {
          assert.deepEqual(savedRegistration(kept), savedRegistration(general));
          assert.deepEqual([change.added, change.removed], [[], []]);
          assert.equal(change.removedFacts(), undefined);
          assert.deepEqual(
            change.bound.map(({ expires }) => expires),
            [until],
          );
          refreshed++;
        }
        kept = general;
      }
    }),
    { numRuns: 500 },
  );
  assert.ok(refreshed > 20, `${refreshed}`);
});
