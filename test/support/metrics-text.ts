/** One series as the text format has it. */
export interface Series {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The series in a text of Prometheus's format. */
export function seriesOf(text: string): Series[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const match = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line);
      if (match === null) throw new Error(`no sample: ${line}`);
      const [, name = '', labels = '', value = ''] = match;
      return { name, labels: labelsOf(labels), value: Number(value) };
    });
}

/** The value of the one series that has these labels; undefined when there is none. */
export function metricValue(
  text: string,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  const found = seriesOf(text).filter(
    (series) =>
      series.name === name &&
      Object.entries(labels).every(([label, value]) => series.labels[label] === value),
  );
  if (found.length > 1) throw new Error(`${name} has ${found.length} series with these labels`);
  return found[0]?.value;
}

function labelsOf(text: string): Record<string, string> {
  const pattern = /(\w+)="((?:[^"\\]|\\.)*)"/g;
  return Object.fromEntries([...text.matchAll(pattern)].map(([, name, value]) => [name, value]));
}
