import { z } from 'zod';

/** Shapes of what belongs to dialling. */

const PREFIX = 'give digits, * and # in quotes, such as "00", or "+"';

export const countryCode = z
  .int({ error: 'give a country code without + and zeros, such as 44' })
  .min(1)
  .max(9999);

/** What may come before a number. */
export const dialPrefixes = z
  .array(z.string({ error: PREFIX }).regex(/^(?:\+|[\d*#]{1,8})$/, { message: PREFIX }))
  .max(16);

export const nationalPrefix = z
  .string({ error: 'give digits in quotes, such as "0", or "" for none' })
  .regex(/^[\d*#]{0,4}$/, { message: 'give up to four digits in quotes, such as "0"' });
