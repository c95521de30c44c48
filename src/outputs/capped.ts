/** The first few of a list, and how many more there are. */
export function capped(items: readonly string[], most: number, separator: string): string {
  const more = items.length - most;
  const shown = items.slice(0, most).join(separator);
  return more > 0 ? `${shown} and ${more} more` : shown;
}
