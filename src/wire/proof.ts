/**
 * Whether who sent something has shown that he receives what is sent to its address: he repeated a
 * nonce or To tag that went there, or speaks over TCP. It is about this one request or dialog: what
 * somebody else proved from the same address, or forges with it, changes nothing. Proof may come
 * later (the ACK of a refused INVITE): who keeps the object sees it.
 */
export interface Proof {
  given: boolean;
}

/** Nothing was shown, and nothing ever will be: never to be given. */
export const NO_PROOF: Readonly<Proof> = { given: false };
