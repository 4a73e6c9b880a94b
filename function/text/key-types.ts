/** An object's key → the content type that its extension stands for. */
import mime from "mime/lite";

/** Extensions that no registry of content types has, or has for something else. */
const typesByExtension: Readonly<Record<string, string>> = {
  jsonl: "application/jsonl",
  ndjson: "application/x-ndjson",
  adoc: "text/asciidoc",
  asciidoc: "text/asciidoc",
  srt: "application/x-subrip",
  gzip: "application/gzip",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  pptx: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
  docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  odt: "application/vnd.oasis.opendocument.text",
  ...Object.fromEntries(
    Object.entries({
      "text/javascript": "js mjs cjs jsx",
      "text/typescript": "ts mts cts tsx",
      "text/x-python": "py pyi",
      "text/x-java": "java",
      "text/x-kotlin": "kt kts",
      "text/x-scala": "scala",
      "text/x-c": "c h",
      "text/x-c++": "cc cpp cxx hpp hh",
      "text/x-csharp": "cs",
      "text/x-go": "go",
      "text/x-rust": "rs",
      "text/x-ruby": "rb",
      "text/x-php": "php",
      "text/x-perl": "pl pm",
      "text/x-lua": "lua",
      "text/x-r": "r",
      "text/x-swift": "swift",
      "text/x-haskell": "hs",
      "text/x-elixir": "ex exs",
      "text/x-erlang": "erl",
      "text/x-clojure": "clj",
      "text/x-vue": "vue svelte",
      "text/x-scss": "scss sass less",
      "text/x-shellscript": "sh bash zsh",
      "text/x-powershell": "ps1",
      "text/x-terraform": "tf hcl",
      "text/x-protobuf": "proto",
      "text/x-graphql": "graphql gql",
      "text/x-diff": "diff patch",
      "text/x-tex": "tex",
      "text/yaml": "yaml yml",
      "application/toml": "toml",
      "application/sql": "sql",
    }).flatMap(([type, extensions]) => extensions.split(" ").map((name) => [name, type])),
  ),
};

/** Gives `text/plain` where the extension says nothing. */
export function typeOfKey(key: string): string {
  const extension = /\.([^./]+)$/.exec(key)?.[1]?.toLowerCase() ?? "";
  return typesByExtension[extension] ?? mime.getType(key) ?? "text/plain";
}
