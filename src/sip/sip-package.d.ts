/** The part of the npm package `sip` (0.0.6) that we call. */
declare module 'sip' {
  /** A message as that package sees it; which fields are there depends on the message. */
  type ParsedMessage = {
    method?: string;
    uri?: string;
    status?: number;
    reason?: string;
    version?: string;
    headers: Record<string, unknown>;
    content?: string;
  };
  const sip: {
    /** undefined when the start line or a header line has not the shape it expects. */
    parse(message: string): ParsedMessage | undefined;
  };
  export = sip;
}
