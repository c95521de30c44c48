/** Each way in which a message differs from RFC 3261, or is worth a remark: one bit each. */
export const Deviation = {
  LfLineEnds: 1 << 0,
  NoEndOfHead: 1 << 1,
  LeadingBlankLines: 1 << 2,
  StartLineSpaces: 1 << 3,
  NoVersion: 1 << 4,
  BadVersion: 1 << 5,
  BadRequestUri: 1 << 6,
  RequestUriHeaders: 1 << 7,
  BadStatus: 1 << 8,
  MissingHeader: 1 << 9,
  DuplicateHeader: 1 << 10,
  ContentLengthUnreadable: 1 << 11,
  ContentLengthConflict: 1 << 12,
  ContentLengthBeyond: 1 << 13,
  TrailingBytes: 1 << 14,
  BadCSeq: 1 << 15,
  CSeqMethodMismatch: 1 << 16,
  NumberOutOfRange: 1 << 17,
  BadNameAddr: 1 << 18,
  BadVia: 1 << 19,
  HeaderWithoutColon: 1 << 20,
  TooManyHeaders: 1 << 21,
  HeaderTooLong: 1 << 22,
  NulByte: 1 << 23,
  BadDate: 1 << 24,
  BareCr: 1 << 25,
  FoldedLines: 1 << 26,
  CompactNames: 1 << 27,
} as const;

/** Names in the signature language; the index is the bit. */
export const DEVIATION_NAMES: readonly string[] = [
  'lf_line_ends',
  'no_end_of_head',
  'leading_blank_lines',
  'start_line_spaces',
  'no_version',
  'bad_version',
  'bad_request_uri',
  'request_uri_headers',
  'bad_status',
  'missing_header',
  'duplicate_header',
  'content_length_unreadable',
  'content_length_conflict',
  'content_length_beyond',
  'trailing_bytes',
  'bad_cseq',
  'cseq_method_mismatch',
  'number_out_of_range',
  'bad_name_addr',
  'bad_via',
  'header_without_colon',
  'too_many_headers',
  'header_too_long',
  'nul_byte',
  'bad_date',
  'bare_cr',
  'folded_lines',
  'compact_names',
];

/** Not against RFC 3261 (§7.5, §18.3, §7.3.1, §7.3.3; it sets no sizes), but telling. */
export const INFORMATION =
  Deviation.LeadingBlankLines |
  Deviation.TrailingBytes |
  Deviation.TooManyHeaders |
  Deviation.HeaderTooLong |
  Deviation.FoldedLines |
  Deviation.CompactNames;

/** The bits that mean "not a message per RFC 3261". */
export const MALFORMED = ((1 << DEVIATION_NAMES.length) - 1) & ~INFORMATION;

export function isMalformed(deviations: number): boolean {
  return (deviations & MALFORMED) !== 0;
}

/** The names of the bits that are set, in bit order. */
export function deviationNames(deviations: number): string[] {
  return DEVIATION_NAMES.filter((_, bit) => (deviations & (1 << bit)) !== 0);
}
