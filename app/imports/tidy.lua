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

local parted = false -- whether something that was taken out or turned may have parted words

local RUNS_ON = "storyhold" -- where the end of a paragraph was struck out: the next one goes on from it
local runs_on = false

local function comment(words)
  parted = true
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
  elseif has_class(element, "comment-end") then
    return {}
  elseif has_class(element, "paragraph-deletion") then
    runs_on, parted = true, true
    return pandoc.RawInline(RUNS_ON, "")
  elseif has_class(element, "deletion") then
    tell("deletion")
    parted = true
    return {}
  end
  parted = parted or has_class(element, "insertion")
  return element.content
end

local function content(element) return element.content end

Underline, SmallCaps, Superscript, Subscript = content, content, content, content

function Math(element) return pandoc.Str(element.text) end

function RawInline(element)
  if element.format == "commonmark" or element.format == RUNS_ON then return nil end
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

-- What was bold before a comment or a change and goes on in bold after it is one, as it would be without.
local FORMS = { Strong = true, Emph = true, Strikeout = true }
local MARK = "^\u{e000}%d+\u{e001}$" -- where a comment of OpenDocument stands

local function goes_on(element) return element ~= nil and element.t == "RawInline" and element.format == RUNS_ON end

local function in_one(blocks)
  local whole, open = pandoc.Blocks {}, nil
  for _, block in ipairs(blocks) do
    if block.t == "Para" or block.t == "Plain" then
      local more = goes_on(block.content[#block.content])
      if open then
        if #open > 1 and #block.content > 0 then open:insert(pandoc.Space()) end -- Pandoc took it off the edges
        for _, inline in ipairs(block.content) do open:insert(inline) end
      else
        open = block.content:clone()
      end
      if not more then
        whole:insert(pandoc[block.t](open))
        open = nil
      end
    else
      if open then whole:insert(pandoc.Para(open)) end
      open = nil
      whole:insert(block)
    end
  end
  if open then whole:insert(pandoc.Para(open)) end
  return whole
end

local function between(element)
  local mark = element.t == "RawInline" or element.t == "Str" and element.text:match(MARK) ~= nil
  return mark or element.t == "Space" or element.t == "SoftBreak"
end

local function may_join(inlines)
  local forms = 0
  for _, one in ipairs(inlines) do
    if FORMS[one.t] then forms = forms + 1 end
    if forms > 1 or runs_on and goes_on(one) then return true end
  end
  return false
end

local function joined(inlines)
  if not may_join(inlines) then return nil end -- to write a list anew takes longer than to look at it
  inlines = inlines:filter(function(one) return not goes_on(one) end)
  local whole, groups, form, waiting = pandoc.Inlines {}, {}, nil, {}
  for _, one in ipairs(inlines) do
    if form and one.t == form.t then
      for _, held in ipairs(waiting) do table.insert(groups[#groups].content, held) end
      for _, inside in ipairs(one.content) do table.insert(groups[#groups].content, inside) end
      groups[#groups].grown, waiting = true, {}
    elseif form and between(one) then
      table.insert(waiting, one)
    else
      for _, held in ipairs(waiting) do table.insert(groups, held) end
      form, waiting = nil, {}
      if FORMS[one.t] then
        form = { t = one.t, content = {} }
        for _, inside in ipairs(one.content) do table.insert(form.content, inside) end
        table.insert(groups, form)
      else
        table.insert(groups, one)
      end
    end
  end
  for _, held in ipairs(waiting) do table.insert(groups, held) end
  for _, one in ipairs(groups) do
    if type(one) == "table" then
      local content = pandoc.Inlines(one.content)
      whole:insert(pandoc[one.t](one.grown and joined(content) or content))
    else
      whole:insert(one)
    end
  end
  return whole
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
  local words = pandoc.utils.stringify(blocks)
  if words:find("{", 1, true) then blocks = blocks:walk { Str = escape_braces } end
  if runs_on then blocks = blocks:walk { Blocks = in_one } end
  if parted or words:find("\u{e000}", 1, true) then blocks = blocks:walk { Inlines = joined } end
  return pandoc.Pandoc(blocks, pandoc.Meta {})
end
