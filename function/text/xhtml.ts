/** XHTML → the same page as HTML, in which an element does not end in its own tag. */

/** Those that have no end in HTML either. https://html.spec.whatwg.org/#void-elements */
const voidElements = /^(?:area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr)$/i;

/** Gives `<title/>`, which in HTML would have the rest of the page in it, an end; other pages are as they were. */
export function htmlOfXhtml(page: string): string {
  if (!/^\s*<\?xml\s|<html\s[^>]{0,1000}xmlns\s*=/i.test(page.slice(0, 2000))) return page;
  return page.replaceAll(
    /<([a-z][\w:.-]*)(\s[^<>]*)?\/>/gi,
    (tag: string, name: string, rest = "") =>
      voidElements.test(name) ? tag : `<${name}${rest}></${name}>`,
  );
}
