-- Formats one reference in several styles at once: starting Pandoc takes longer than a style.
-- In come a citation and a place for the list of references, and under `styles` the files of the styles.
-- Out comes a Div for each style, by the name of its file, with what citeproc made of both.

function Pandoc (doc)
  local made = pandoc.Blocks {}
  for _, style in ipairs(doc.meta.styles) do
    local path = pandoc.utils.stringify(style)
    local one = pandoc.Pandoc(doc.blocks:clone(), doc.meta)
    one.meta.csl = path
    made:insert(pandoc.Div(pandoc.utils.citeproc(one).blocks, pandoc.Attr(path)))
  end
  return pandoc.Pandoc(made)
end
