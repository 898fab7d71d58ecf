// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/target/keylist.h"

#include "model/base/nameindex.h"
#include "model/base/text.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <algorithm>
#include <unordered_set>

using namespace Qt::StringLiterals;

namespace {
constexpr std::string_view marker = "# weightsmith-keys 1";
constexpr std::size_t mostKeys = 1'000'000;
constexpr qsizetype mostSizes = 64; // as torch

QString tr(const char *text)
{
    return QCoreApplication::translate("KeyList", text);
}

Error wrong(const QString &message)
{
    return {Error::Kind::BadTarget, message};
}

/// "64, 3, 7, 7" or "64x3": nothing when a size is none.
std::optional<Shape> shapeOf(const QString &text)
{
    constexpr qsizetype longest = mostSizes * 24; // of 19 digits, with what stands between
    if (text.size() > longest)
        return std::nullopt;
    SizeList sizes;
    static const QRegularExpression between(u"[,x×\\s]+"_s);
    for (const QString &part : text.split(between, Qt::SkipEmptyParts)) {
        bool isNumber = false;
        const qint64 size = part.toLongLong(&isNumber);
        if (!isNumber || size < 0 || sizes.size() == mostSizes)
            return std::nullopt;
        sizes.append(size);
    }
    const Shape shape(sizes);
    return elementCount(shape) ? std::optional(shape) : std::nullopt;
}

/// Names broken by the edge of a terminal are one again.
std::string joined(QStringView name)
{
    QString text = name.toString();
    text.removeIf([](QChar c) { return c.isSpace(); });
    return text.toStdString();
}

/// The quoted names that follow, as far as they go.
std::vector<std::string> quotedFrom(const QString &text, qsizetype at)
{
    static const QRegularExpression next(uR"re([\s,\[{(]*(?:"([^"]*)"|'([^']*)'))re"_s);
    std::vector<std::string> names;
    while (true) {
        // Looking through the whole text for broken letters at every name would take the square of its size.
        const auto match = next.match(text, at, QRegularExpression::NormalMatch,
                                      QRegularExpression::AnchorAtOffsetMatchOption
                                          | QRegularExpression::DontCheckSubjectStringMatchOption);
        if (!match.hasMatch() || names.size() > mostKeys)
            return names;
        names.push_back(joined(match.hasCaptured(1) && !match.captured(1).isEmpty() ? match.capturedView(1)
                                                                                    : match.capturedView(2)));
        at = match.capturedEnd();
    }
}

/// The names after each of the words, quoted, or, as mmcv writes them, bare up to the end of the line.
std::vector<std::string> namesAfter(const QString &text, const QRegularExpression &words)
{
    std::vector<std::string> names;
    for (auto match = words.globalMatch(text); match.hasNext() && names.size() <= mostKeys;) {
        const qsizetype at = match.next().capturedEnd();
        std::vector<std::string> quoted = quotedFrom(text, at);
        if (quoted.empty()) {
            const qsizetype end = text.indexOf(u'\n', at);
            const QStringView line = QStringView(text).mid(at, end < 0 ? -1 : end - at);
            for (const QStringView name : line.tokenize(u',', Qt::SkipEmptyParts)) {
                if (quoted.size() > mostKeys)
                    break;
                if (const QStringView bare = name.trimmed(); !bare.isEmpty() && !bare.contains(u' ') && bare != u"[]")
                    quoted.push_back(bare.toString().toStdString());
            }
        }
        names.insert(names.end(), quoted.begin(), quoted.end());
    }
    return names;
}

const QRegularExpression &missingWords()
{
    static const QRegularExpression words(
        u"(?:Missing\\s+key\\(s\\)\\s+in\\s+state_dict:|missing_keys=|missing\\s+keys\\s+in\\s+source\\s+state_dict:)"_s);
    return words;
}

const QRegularExpression &unexpectedWords()
{
    static const QRegularExpression words(u"(?:Unexpected\\s+key\\(s\\)\\s+in\\s+state_dict:|unexpected_keys="
                                          "|unexpected\\s+keys?\\s+in\\s+source\\s+state_dict:)"_s);
    return words;
}

const QRegularExpression &mismatchWords()
{
    static const QRegularExpression words(
        u"size\\s+mismatch\\s+for\\s+(\\S+):\\s+copying\\s+a\\s+param\\s+(?:with\\s+shape|of)\\s+"
        "(?:torch\\.Size\\()?[\\[(]([\\d,\\s]*)[\\])]+\\s+from\\s+checkpoint,\\s+"
        "(?:the\\s+shape\\s+in\\s+current\\s+model\\s+is|where\\s+the\\s+shape\\s+is)\\s+"
        "(?:torch\\.Size\\()?[\\[(]([\\d,\\s]*)[\\])]"_s);
    return words;
}

KeyList readMessage(const QString &text)
{
    KeyList list;
    list.isMessage = true;
    static const QRegularExpression model(u"in\\s+loading\\s+state_dict\\s+for\\s+([\\w.]+)\\s*:"_s);
    list.model = model.match(text).captured(1).toStdString();
    for (std::string &name : namesAfter(text, missingWords()))
        list.keys.push_back({std::move(name), {}, DType::Unknown});
    list.unexpected = namesAfter(text, unexpectedWords());
    for (auto match = mismatchWords().globalMatch(text); match.hasNext() && list.keys.size() <= mostKeys;) {
        const auto found = match.next();
        list.keys.push_back({found.captured(1).toStdString(), shapeOf(found.captured(3)), DType::Unknown});
    }
    return list;
}

bool isMessage(const QString &text)
{
    return missingWords().match(text).hasMatch() || unexpectedWords().match(text).hasMatch()
        || mismatchWords().match(text).hasMatch();
}

/// `['a', 'b']`, `odict_keys([…])`, `{'a': torch.Size([2])}`.
KeyList readPrinted(const QString &text)
{
    static const QRegularExpression entry(
        uR"re((?:"([^"]+)"|'([^']+)')\s*(?:[:,]\s*(?:torch\.Size\()?[\[(]([\d,\s]*)[\])])?)re"_s);
    KeyList list;
    for (auto match = entry.globalMatch(text); match.hasNext() && list.keys.size() <= mostKeys;) {
        const auto found = match.next();
        const QStringView name = found.capturedLength(1) > 0 ? found.capturedView(1) : found.capturedView(2);
        list.keys.push_back(
            {joined(name), found.capturedStart(3) < 0 ? std::nullopt : shapeOf(found.captured(3)), DType::Unknown});
    }
    return list;
}

/// `layers.0.weight  torch.Size([2, 3])  torch.float32`; nothing when the line says something else.
std::optional<KeyList::Key> readLine(const QString &line)
{
    static const QRegularExpression form(
        uR"re(^(?:[-*]\s+)?["']?([^\s"'(){}<>,]+?)["']?[,:]?(?:[\s:]+(?:torch\.Size\()?(?:[\[(]([\d,\s]*)[\])]+|(\d+(?:[x×]\d+)*)))?(?:[\s,]+(?:torch\.)?(\w+))?,?$)re"_s);
    const auto match = form.match(line);
    if (!match.hasMatch())
        return std::nullopt;
    KeyList::Key key{match.captured(1).toStdString(), {}, DType::Unknown};
    for (const int group : {2, 3}) {
        if (match.capturedStart(group) >= 0)
            key.shape = shapeOf(match.captured(group));
    }
    if (match.capturedStart(4) >= 0) {
        key.dtype = dtypeFromWord(match.captured(4).toStdString());
        if (key.dtype == DType::Unknown)
            return std::nullopt; // two words of a sentence
    }
    return key;
}

Result<KeyList> readLines(const QString &text)
{
    KeyList list;
    int number = 0;
    for (const QStringView raw : QStringView(text).tokenize(u'\n')) {
        if (list.keys.size() > mostKeys)
            break;
        ++number;
        const QString line = raw.trimmed().toString();
        if (number == 1 && line.startsWith(QLatin1StringView(marker.data(), qsizetype(marker.size()))))
            list.model = line.mid(qsizetype(marker.size())).trimmed().toStdString();
        if (line.isEmpty() || line.startsWith(u'#'))
            continue;
        std::optional<KeyList::Key> key = readLine(line);
        if (!key) {
            return wrong(tr("Line %1 is neither a key nor part of a load_state_dict message: “%2”.")
                             .arg(number)
                             .arg(displayName(line.left(80).toStdString())));
        }
        list.keys.push_back(std::move(*key));
    }
    return list;
}
}

bool isKeyList(std::string_view text)
{
    return text.starts_with(marker) || isMessage(QString::fromUtf8(text.data(), qsizetype(text.size())));
}

Result<KeyList> readKeyList(std::string_view text)
{
    const QString all = QString::fromUtf8(text.data(), qsizetype(text.size()));
    static const QRegularExpression printed(u"^\\s*(?:[\\w.]+\\()?[\\[{(]\\s*[\"']"_s);
    Result<KeyList> list = !text.starts_with(marker) && isMessage(all) ? Result<KeyList>(readMessage(all))
        : printed.match(all).hasMatch()                                ? Result<KeyList>(readPrinted(all))
                                                                       : readLines(all);
    if (!list)
        return list.error();
    if (list->keys.empty() && list->unexpected.empty())
        return wrong(tr("The text names no key."));
    if (std::max(list->keys.size(), list->unexpected.size()) > mostKeys)
        return wrong(tr("The text names more than %1 keys.").arg(exactText(qint64(mostKeys))));
    NameIndex seen; // the first time a key is named counts
    std::vector<KeyList::Key> once;
    for (KeyList::Key &key : list->keys) {
        if (key.name.empty())
            continue;
        once.push_back(std::move(key));
        if (seen.insert(quint32(once.size() - 1), namesOf(once)) != NameIndex::none)
            once.pop_back();
    }
    list->keys = std::move(once);
    return list;
}

std::string printKeyList(const KeyList &list)
{
    std::string text(marker);
    if (!list.model.empty())
        text += ' ' + list.model;
    text += '\n';
    for (const KeyList::Key &key : list.keys) {
        text += key.name;
        if (key.shape)
            text += ' ' + shapeList(*key.shape);
        if (key.dtype != DType::Unknown)
            text += ' ' + std::string(word(key.dtype));
        text += '\n';
    }
    return text;
}

std::size_t keysKnown(const KeyList &message, const std::vector<KeyList::Key> &had)
{
    std::unordered_set<std::string_view> said(message.unexpected.begin(), message.unexpected.end());
    for (const KeyList::Key &key : message.keys) {
        if (key.shape) // of another size, so it was there
            said.insert(key.name);
    }
    return std::size_t(
        std::count_if(had.begin(), had.end(), [&](const KeyList::Key &key) { return said.contains(key.name); }));
}

KeyList completed(const KeyList &message, const std::vector<KeyList::Key> &had)
{
    KeyList all = message;
    std::unordered_set<std::string_view> named(message.unexpected.begin(), message.unexpected.end());
    for (const KeyList::Key &key : message.keys)
        named.insert(key.name);
    for (const KeyList::Key &key : had) {
        if (!named.contains(key.name))
            all.keys.push_back(key);
    }
    all.isMessage = false;
    all.unexpected.clear();
    return all;
}

Result<std::shared_ptr<const Target>> targetFromKeyList(const KeyList &list, const QString &fileName)
{
    Target::Parts parts;
    parts.name = list.model.empty() ? displayName(fileName.toStdString()) : displayName(list.model);
    parts.spec = fileName;
    parts.source = list.isMessage ? tr("a load_state_dict message") : tr("a list of keys");
    for (const KeyList::Key &from : list.keys) {
        TargetKey key;
        key.name = parts.names.store(from.name);
        key.dtype = from.dtype;
        key.anyShape = !from.shape;
        key.shape = from.shape.value_or(Shape());
        parts.keys.push_back(std::move(key));
    }
    if (list.isMessage) {
        parts.findings.push_back({Finding::Severity::Info,
                                  "message-only",
                                  tr("The message names only what did not fit; what it does not name is not in the "
                                     "target."),
                                  {}});
    }
    return std::shared_ptr<const Target>(std::make_shared<Target>(std::move(parts)));
}
