/** The part of the npm package `cap` (0.2.1) that we call: it opens an interface and reads. */
declare module 'cap' {
  class Cap {
    /**
     * Opens an interface in promiscuous mode, with libpcap's immediate mode and a snap length of
     * 65,535. `bufferSize` is the kernel's ring in bytes. Every frame is copied to the beginning
     * of `buffer`, which must be kept referenced: the package does not. Gives the name of the link
     * type; throws libpcap's message.
     */
    open(device: string, filter: string, bufferSize: number, buffer: Buffer): string;
    close(): boolean;
    /** `length` bytes are in the buffer; `truncated`: the frame was longer than the buffer. */
    on(event: 'packet', listener: (length: number, truncated: boolean) => void): this;
  }
  const cap: { Cap: typeof Cap };
  // A CommonJS module, of which an import sees the whole as its default.
  export = cap;
}
