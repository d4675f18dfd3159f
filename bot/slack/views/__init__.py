"""Block Kit as pure functions: a reply goes in, blocks and the fallback text come out."""
