-- Makes of any document what a story can hold, and says on standard error what it left out.
-- Pandoc runs this between reading a document and writing it as Markdown.

local told = 0
local MOST_TOLD = 2000 -- lines, so that no document fills the report

local function tell(what, words)
  told = told + 1
  if told <= MOST_TOLD then
    io.stderr:write("storyhold\t" .. what .. "\t" .. (words or ""):gsub("[%c]+", function(found) return found == "\t" and "\t" or " " end) .. "\n")
  end
end

local function comment(words)
  -- Two hyphens would end it, or begin another.
  local safe = words:gsub("[<>]", " "):gsub("%-%-+", "-"):gsub("%s+", " "):gsub("^ ", ""):gsub(" $", "")
  return pandoc.RawInline("commonmark", "<!-- " .. safe .. " -->")
end

local function has_class(element, class)
  return element.classes:includes(class)
end

-- What Markdown here would take for attributes.
local function escape_braces(element)
  if not element.text:find("{", 1, true) then return nil end
  local parts = pandoc.Inlines {}
  for before, brace in element.text:gmatch("([^{]*)({?)") do
    if before ~= "" then parts:insert(pandoc.Str(before)) end
    if brace ~= "" then parts:insert(pandoc.RawInline("commonmark", "\\{")) end
  end
  return parts
end

-- A picture stays at its place under a name that nobody could have written into the document; the archive
-- looks for it there, and puts in what it can keep.
local mark = string.format("storyhold-%08x%08x-", math.random(0, 0xffffffff), math.random(0, 0xffffffff))
local pictures = 0

function Image(element)
  pictures = pictures + 1
  tell("picture", mark .. pictures .. "\t" .. element.src)
  local words = pandoc.utils.stringify(element.caption)
  return pandoc.Image(words == "" and {} or { pandoc.Str(words) }, mark .. pictures)
end

function Span(element)
  if has_class(element, "comment-start") then
    tell("comment")
    local author = element.attributes.author
    local words = pandoc.utils.stringify(element.content)
    return comment((author and author ~= "" and (author .. ": ") or "") .. words)
  elseif has_class(element, "comment-end") or has_class(element, "paragraph-deletion") then
    return {}
  elseif has_class(element, "deletion") then
    tell("deletion")
    return {}
  end
  return element.content
end

local function content(element) return element.content end

Underline, SmallCaps, Superscript, Subscript = content, content, content, content

function Math(element) return pandoc.Str(element.text) end

function RawInline(element)
  if element.format == "commonmark" then return nil end
  local words = element.format == "html" and element.text:match("^<!%-%-(.*)%-%->$")
  if words and not words:match("^%s*%[") and not words:match("%]%s*$") and words:match("%S") then
    tell("comment")
    return comment(words)
  end
  return {}
end

function RawBlock(element)
  local inline = RawInline(element)
  return inline.t == "RawInline" and pandoc.Plain { inline } or {}
end

function Link(element)
  element.attr = pandoc.Attr()
  element.title = ""
  if #element.content == 0 then return {} end
  if element.target:sub(1, 1) == "#" or element.target:match("^[fF][iI][lL][eE]:") then return element.content end
  return element
end

function Code(element) return pandoc.Code(element.text) end

function CodeBlock(element) return pandoc.CodeBlock(element.text) end

function Header(element)
  element.attr = pandoc.Attr()
  if #element.content == 0 then return {} end
  return element
end

function Div(element) return element.content end

function Figure(element)
  local blocks = pandoc.Blocks {}
  blocks:extend(element.content)
  blocks:extend(element.caption.long)
  return blocks
end

function LineBlock(element)
  local lines = pandoc.Inlines {}
  for at, line in ipairs(element.content) do
    if at > 1 then lines:insert(pandoc.LineBreak()) end
    lines:extend(line)
  end
  return pandoc.Para(lines)
end

function DefinitionList(element)
  local blocks = pandoc.Blocks {}
  for _, item in ipairs(element.content) do
    blocks:insert(pandoc.Para { pandoc.Strong(item[1]) })
    for _, meaning in ipairs(item[2]) do blocks:extend(meaning) end
  end
  return blocks
end

-- A cell of a Markdown table is one line.
local function one_line(blocks)
  local words = pandoc.utils.blocks_to_inlines(blocks, { pandoc.Space() })
  words = words:walk {
    LineBreak = function() return pandoc.Space() end,
    SoftBreak = function() return pandoc.Space() end,
  }
  return #words > 0 and pandoc.Blocks { pandoc.Plain(words) } or pandoc.Blocks {}
end

local function is_only_a_frame(simple)
  return #simple.aligns == 1 and #simple.rows + (#simple.headers > 0 and #simple.headers[1] > 0 and 1 or 0) == 1
end

function Table(element)
  local simple = pandoc.utils.to_simple_table(element)
  local caption = simple.caption
  local blocks = pandoc.Blocks {}
  if #caption > 0 then blocks:insert(pandoc.Para(caption)) end
  if is_only_a_frame(simple) then
    blocks:extend(#simple.rows == 1 and simple.rows[1][1] or simple.headers[1])
    return blocks
  end
  for at in ipairs(simple.widths) do simple.widths[at] = 0 end
  simple.caption = {}
  simple.headers = simple.headers:map(one_line)
  simple.rows = simple.rows:map(function(row) return pandoc.List(row):map(one_line) end)
  blocks:insert(pandoc.utils.from_simple_table(simple))
  return blocks
end

local function as_blocks(value)
  if value == nil then return pandoc.Blocks {} end
  local kind = pandoc.utils.type(value)
  if kind == "Blocks" then return value end
  if kind == "Inlines" then return pandoc.Blocks { pandoc.Para(value) } end
  if kind == "List" then
    local all = pandoc.Blocks {}
    for _, one in ipairs(value) do all:extend(as_blocks(one)) end
    return all
  end
  return pandoc.Blocks { pandoc.Para { pandoc.Str(pandoc.utils.stringify(value)) } }
end

-- What a word processor sets as title and the like is no part of the text for Pandoc; it was written there.
function Pandoc(document)
  local meta, blocks = document.meta, pandoc.Blocks {}
  if meta.title then tell("title", pandoc.utils.stringify(meta.title)) end
  if not meta["storyhold-web"] then
    for _, key in ipairs { "subtitle", "author", "date", "abstract" } do blocks:extend(as_blocks(meta[key])) end
  end
  blocks:extend(document.blocks)
  -- To look at each word takes longer than all the rest, and hardly any document has a brace.
  if pandoc.utils.stringify(blocks):find("{", 1, true) then blocks = blocks:walk { Str = escape_braces } end
  return pandoc.Pandoc(blocks, pandoc.Meta {})
end
