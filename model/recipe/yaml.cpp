// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/yaml.h"

#include "model/base/text.h"
#include "model/recipe/nodespan.h"

#include <QCoreApplication>

#include <yaml-cpp/yaml.h>

#include <yaml-cpp/eventhandler.h>

#include <sstream>
#include <unordered_set>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Recipe", text);
}

/// Leaves yaml-cpp's parser from inside an event; caught in parseYaml().
struct Refusal
{
    Error error;
};

QString quoteHint(std::string_view found)
{
    return tr(" If “%1” is meant as text, quote it: '%1'.").arg(displayName(found));
}

/// The word at `byte` that looks like an unquoted pattern: `{i}`, `{i+1}`, `*.weight`. Empty: none.
std::string_view patternNear(std::string_view text, std::size_t byte)
{
    const std::size_t lineBegin = text.rfind('\n', byte == 0 ? 0 : byte - 1) + 1;
    const std::size_t lineEnd = std::min(text.find('\n', byte), text.size());
    constexpr std::size_t longestLine = 10'000; // of one that a person wrote
    const std::string_view line = text.substr(lineBegin, std::min(lineEnd - lineBegin, longestLine));
    const auto isWordEnd = [](char c) { return c == ' ' || c == ',' || c == '\'' || c == '"' || c == ']' || c == ':'; };
    for (std::size_t at = 0; at < line.size(); ++at) {
        const bool starts = at == 0 || line[at - 1] == ' ' || line[at - 1] == '[' || line[at - 1] == ',';
        if (line[at] == '*' && starts) {
            std::size_t end = at;
            while (end < line.size() && !isWordEnd(line[end]) && line[end] != '}')
                ++end;
            return line.substr(at, end - at);
        }
        if (line[at] != '{')
            continue;
        const std::size_t close = line.find('}', at);
        if (close == std::string_view::npos || close - at < 2)
            continue;
        const std::string_view inside = line.substr(at + 1, close - at - 1);
        if (inside.find_first_of("{ ,'\"") != std::string_view::npos)
            continue;
        std::size_t begin = at;
        while (begin > 0 && !isWordEnd(line[begin - 1]) && line[begin - 1] != '[' && line[begin - 1] != '{')
            --begin;
        std::size_t end = close + 1;
        while (end < line.size() && !isWordEnd(line[end]) && line[end] != '}')
            ++end;
        return line.substr(begin, end - begin);
    }
    return {};
}

/// Builds the tree from yaml-cpp's events, whose marks give the beginnings; the ends are found in the text.
class TreeBuilder final : public YAML::EventHandler
{
public:
    explicit TreeBuilder(std::string_view text) : m_text(text) {}

    Node take() { return std::move(m_result); }
    bool isComplete() const { return m_complete; }

    void OnDocumentStart(const YAML::Mark &) override {}
    void OnDocumentEnd() override { m_complete = true; }

    void OnNull(const YAML::Mark &mark, YAML::anchor_t anchor) override
    {
        refuse(mark, {}, anchor);
        Node node;
        begin(node, mark);
        node.end = nullEnd(m_text, node.begin);
        add(std::move(node));
    }

    void OnAlias(const YAML::Mark &mark, YAML::anchor_t) override { refuseAlias(position(mark)); }

    void OnScalar(const YAML::Mark &mark, const std::string &tag, YAML::anchor_t anchor,
                  const std::string &value) override
    {
        refuse(mark, tag, anchor);
        Node node = Node::scalar(value);
        begin(node, mark);
        node.quoted = tag == "!";
        node.end = scalarEnd(m_text, node.begin, value, node.quoted);
        add(std::move(node));
    }

    void OnSequenceStart(const YAML::Mark &mark, const std::string &tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value style) override
    {
        open(Node::Kind::List, mark, tag, anchor, style);
    }
    void OnSequenceEnd() override { close(']'); }

    void OnMapStart(const YAML::Mark &mark, const std::string &tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value style) override
    {
        open(Node::Kind::Map, mark, tag, anchor, style);
    }
    void OnMapEnd() override { close('}'); }

    void OnAnchor(const YAML::Mark &mark, const std::string &) override { refuse(mark, {}, 1); }

private:
    struct Level
    {
        Node node;
        Node key; ///< Map: the key that waits for its value
        bool hasKey = false;
        std::size_t end = 0; ///< of the last child
        std::unordered_set<std::string> keys;
    };

    std::size_t position(const YAML::Mark &mark) const { return std::min(std::size_t(mark.pos), m_text.size()); }

    void begin(Node &node, const YAML::Mark &mark)
    {
        node.begin = position(mark);
        const Place place = m_places.at(node.begin);
        node.line = place.line;
        node.column = place.column;
    }

    [[noreturn]] void refuseAlias(std::size_t byte)
    {
        const std::string_view word = patternNear(m_text, byte);
        throw Refusal{errorAt(m_text, byte,
                              tr("Text that starts with * is an alias in YAML, and recipes have none.")
                                  + (word.starts_with('*') ? quoteHint(word) : QString()))};
    }

    void refuse(const YAML::Mark &mark, const std::string &tag, YAML::anchor_t anchor)
    {
        if (anchor != 0)
            throw Refusal{errorAt(m_text, position(mark), tr("Recipes have no YAML anchors (&name); write it out."))};
        if (!tag.empty() && tag != "?" && tag != "!")
            throw Refusal{errorAt(m_text, position(mark),
                                  tr("Recipes have no YAML tags; quote a text that starts with an exclamation mark."))};
    }

    void open(Node::Kind kind, const YAML::Mark &mark, const std::string &tag, YAML::anchor_t anchor,
              YAML::EmitterStyle::value style)
    {
        refuse(mark, tag, anchor);
        if (m_levels.size() >= std::size_t(maximumDepth))
            throw Refusal{errorAt(m_text, position(mark), tr("Nested deeper than %1 levels.").arg(maximumDepth))};
        Level level;
        level.node.kind = kind;
        begin(level.node, mark);
        level.node.flow = style == YAML::EmitterStyle::Flow;
        level.end = level.node.begin + (level.node.flow ? 1 : 0);
        m_levels.push_back(std::move(level));
    }

    void close(char bracket)
    {
        Level level = std::move(m_levels.back());
        m_levels.pop_back();
        level.node.end = level.node.flow ? bracketEnd(m_text, level.end, bracket) : level.end;
        add(std::move(level.node));
    }

    void add(Node node)
    {
        if (m_levels.empty()) {
            m_result = std::move(node);
            return;
        }
        Level &level = m_levels.back();
        // A value that is not there must not stretch its parent over the comments behind it.
        if (!(node.isNull() && node.begin == node.end))
            level.end = std::max(level.end, node.end);
        if (level.node.isList()) {
            level.node.items.push_back(std::move(node));
            return;
        }
        if (!level.hasKey) {
            addKey(level, std::move(node));
            return;
        }
        level.hasKey = false;
        node.keyLine = level.key.line;
        node.keyColumn = level.key.column;
        node.keyBegin = level.key.begin;
        if (node.isNull() && node.begin == node.end) {
            // yaml-cpp marks a value that is not there where the next token stands, lines away.
            node.begin = node.end = afterColon(m_text, level.key.end);
            node.line = level.key.line;
            node.column = level.key.column;
        }
        level.end = std::max(level.end, node.end);
        level.node.entries.emplace_back(std::move(level.key.text), std::move(node));
    }

    void addKey(Level &level, Node key)
    {
        if (key.isList() || key.isMap())
            throw Refusal{errorAt(key, tr("A key must be text, not %1.").arg(key.description()))};
        if (key.isNull())
            key.text = m_text.substr(key.begin, key.end - key.begin);
        if (!level.keys.insert(key.text).second)
            throw Refusal{errorAt(key, tr("“%1” is there twice.").arg(displayName(key.text)))};
        level.key = std::move(key);
        level.hasKey = true;
    }

    std::string_view m_text;
    PlaceCursor m_places{m_text};
    std::vector<Level> m_levels;
    Node m_result;
    bool m_complete = false;
};

/// yaml-cpp's own complaint as a sentence, with the repair it does not know.
Error fromParser(std::string_view text, const YAML::ParserException &exception)
{
    const std::size_t byte = std::min(std::size_t(std::max(exception.mark.pos, 0)), text.size());
    const std::string_view pattern = patternNear(text, byte);
    if (pattern.starts_with('*'))
        return errorAt(text, byte,
                       tr("Text that starts with * is an alias in YAML, and recipes have none.") + quoteHint(pattern));
    QString message = tr("This is not YAML: %1.").arg(QString::fromStdString(exception.msg));
    if (!pattern.empty())
        message += quoteHint(pattern);
    return errorAt(text, byte, message);
}
}

Result<Node> parseYaml(std::string_view text)
{
    if (const Result<void> readable = checkText(text); !readable)
        return readable.error();
    try {
        std::istringstream stream{std::string(text)};
        YAML::Parser parser(stream);
        TreeBuilder builder(text);
        if (!parser.HandleNextDocument(builder))
            return Node();
        TreeBuilder rest(text);
        if (parser.HandleNextDocument(rest))
            return errorAt(text, text.size(), tr("There is a second YAML document behind the first."));
        return builder.take();
    } catch (const Refusal &refusal) {
        return refusal.error;
    } catch (const YAML::ParserException &exception) {
        return fromParser(text, exception);
    } catch (const std::exception &exception) {
        return errorAt(text, 0, tr("This is not YAML: %1.").arg(QString::fromUtf8(exception.what())));
    }
}

Result<Node> parseText(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos || text[first] != '{')
        return parseYaml(text);
    if (const Result<void> readable = checkText(text); !readable)
        return readable.error();
    return parseJson(text);
}
