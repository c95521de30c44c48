/** What is known of a contact that was bound or removed. */
export interface ContactFacts {
  /** The contact's host and port, as the registrar knows them. */
  readonly address: string;
  /** All contacts were removed (`Contact: *`, RFC 3261 §10.2.2). */
  readonly all: boolean;
}
