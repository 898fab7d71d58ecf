// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/formats/torchzipreader.h"

#include "model/base/text.h"
#include "model/formats/pickle.h"
#include "model/formats/torchbinding.h"
#include "model/formats/zipdirectory.h"

#include <QCoreApplication>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <future>

using namespace std::chrono_literals;

namespace {
/// 100,000 tensors need 12 MB. Beyond this the offsets in the graph would not fit.
constexpr qint64 largestPickle = qint64(2) << 30;
constexpr qint64 largestNote = 1 << 16; ///< of `version` and `byteorder`

QString tr(const char *text)
{
    return QCoreApplication::translate("TorchZip", text);
}

QString shown(const InputFile &file)
{
    return displayName(file.path().toStdString());
}

class ZipStorages final : public StorageRecords
{
public:
    ZipStorages(const ZipDirectory &zip, std::string_view root) : m_zip(zip), m_prefix(std::string(root) + "data/") {}

    void setBigEndian() { m_isBigEndian = true; }
    const std::string &prefix() const { return m_prefix; }

    std::size_t count() const override { return m_zip.members().size(); }
    std::optional<quint32> find(std::string_view key) const override
    {
        m_name.assign(m_prefix).append(key);
        // Storages are named in the order of the file, so the next one is mostly the one behind the last.
        if (++m_last < m_zip.members().size() && m_zip.members()[m_last].name == m_name)
            return m_last;
        const auto found = m_zip.find(m_name);
        m_last = found.value_or(m_last);
        return found;
    }
    Storage storage(quint32 record) const override
    {
        const ZipMember &member = m_zip.members()[record];
        Storage storage;
        storage.encoding = member.method == ZipMember::stored ? Storage::Encoding::Raw : Storage::Encoding::Deflated;
        storage.byteSwapped = m_isBigEndian;
        storage.offset = member.dataOffset;
        storage.bytes = member.bytes;
        storage.packed = member.packed;
        return storage;
    }
    QString problem(quint32 record) const override { return m_zip.problem(m_zip.members()[record]); }
    QString describe(std::string_view key) const override
    {
        return tr("“%1”").arg(displayName(m_prefix + std::string(key.substr(0, 200))));
    }

private:
    const ZipDirectory &m_zip;
    std::string m_prefix;
    mutable std::string m_name; ///< kept to spare an allocation per tensor
    mutable quint32 m_last = 0;
    bool m_isBigEndian = false;
};

/// What a second thread is given: it hears and is heard whenever the first one relays.
class SideProgress final : public Progress
{
public:
    void report(qint64 done, qint64 total) override
    {
        m_total = total;
        m_done = done;
    }
    bool stopRequested() const override { return m_isStopped; }
    void relay(Progress &progress)
    {
        progress.report(m_done, m_total);
        m_isStopped = progress.stopRequested();
    }

private:
    std::atomic<qint64> m_done = 0;
    std::atomic<qint64> m_total = 0;
    std::atomic<bool> m_isStopped = false;
};

/// One file being opened. Its local headers are checked on a thread of their own while the pickle is read.
class TorchZip
{
public:
    TorchZip(std::shared_ptr<const InputFile> file, ZipDirectory zip) : m_file(std::move(file)), m_zip(std::move(zip))
    {}

    Result<std::shared_ptr<const Checkpoint>> open(Progress &progress);

private:
    Result<void> recognise();
    Result<std::string> note(std::string_view name);
    void checkVersion();
    void checkByteOrder(ZipStorages &storages);
    void checkNames();
    void checkUnused(const ZipStorages &storages, const Checkpoint::Parts &parts);
    bool has(std::string_view name) const { return m_zip.find(m_root + std::string(name)).has_value(); }
    void add(Finding::Severity severity, std::string kind, const QString &message)
    {
        m_findings.push_back({severity, std::move(kind), message});
    }

    std::shared_ptr<const InputFile> m_file;
    ZipDirectory m_zip;
    std::string m_root; ///< "archive/", or empty
    Findings m_findings;
    bool m_isScript = false;
};

/// torch takes the first entry's first folder as the root and refuses files without one; here they open with a finding.
Result<void> TorchZip::recognise()
{
    const auto unsupported = [this](const QString &what) {
        return Error{Error::Kind::Unsupported, tr("“%1” is %2").arg(shown(*m_file), what), m_file->path()};
    };
    if (m_zip.members().empty())
        return unsupported(tr("an empty zip file."));
    const Name first = m_zip.members().front().name;
    if (const std::size_t slash = first.find('/'); slash != Name::npos)
        m_root = first.substr(0, slash + 1);
    if (has("archive_format") || has("models/model.json") || has("serialized_exported_program.json"))
        return unsupported(tr("an exported program of torch.export (.pt2), which this version does not open."));
    if (has(".data/extern_modules"))
        return unsupported(tr("an archive of torch.package, which this version does not open."));
    if (has("data.pkl")) {
        m_isScript = has("constants.pkl");
        return {};
    }
    if (m_zip.find("data.pkl")) {
        m_root.clear();
        return {};
    }
    if (has("model.json") && has("attributes.pkl"))
        return unsupported(tr("a TorchScript archive of PyTorch 1.0, which this version does not open."));
    const bool isArrays = std::all_of(m_zip.members().begin(), m_zip.members().end(),
                                      [](const ZipMember &member) { return member.name.ends_with(".npy"); });
    if (isArrays)
        return unsupported(tr("an archive of numpy arrays (.npz), which this version does not open."));
    return unsupported(tr("a zip file, but holds no “%1”, so PyTorch did not write it.")
                           .arg(displayName(m_root.substr(0, 200) + "data.pkl")));
}

Result<std::string> TorchZip::note(std::string_view name)
{
    const auto member = m_zip.find(m_root + std::string(name));
    if (!member)
        return std::string();
    const auto bytes = m_zip.contents(*member, largestNote);
    if (!bytes)
        return bytes.error();
    std::string text(bytes->begin(), bytes->end());
    while (text.ends_with('\n') || text.ends_with('\r'))
        text.pop_back();
    return text;
}

void TorchZip::checkVersion()
{
    auto text = note("version");
    if (text && text->empty())
        text = note(".data/version");
    int version = 0;
    const bool isNumber = text && std::from_chars(text->data(), text->data() + text->size(), version).ec == std::errc();
    if (!isNumber || version < 1 || version > 10) {
        add(Finding::Severity::Warning, "version",
            tr("The file states no format version from 1 to 10, which PyTorch demands."));
    }
}

void TorchZip::checkByteOrder(ZipStorages &storages)
{
    const auto text = note("byteorder");
    if (!text) {
        add(Finding::Severity::Warning, "byte-order", text.error().message);
    } else if (*text == "big") {
        storages.setBigEndian();
    } else if (!text->empty() && *text != "little") {
        add(Finding::Severity::Error, "byte-order",
            tr("The file states the byte order “%1”; it is read as “little”.").arg(displayName(text->substr(0, 40))));
    }
}

/// torch looks members up whatever their case, and refuses members outside the root.
void TorchZip::checkNames()
{
    const std::string wanted = m_root + "data.pkl";
    std::size_t outside = 0;
    for (const ZipMember &member : m_zip.members()) {
        outside += member.name.starts_with(m_root) ? 0 : 1;
        const bool isSame = member.name.size() == wanted.size() && member.name != wanted
            && qstrnicmp(member.name.data(), wanted.data(), wanted.size()) == 0;
        if (isSame) {
            add(Finding::Severity::Warning, "ambiguous-member",
                tr("The file holds “%1” beside “%2”; PyTorch may read either.")
                    .arg(displayName(member.name), displayName(wanted)));
        }
    }
    if (m_root.empty())
        add(Finding::Severity::Warning, "no-root",
            tr("The members of the zip file lie in no folder, which PyTorch refuses."));
    if (outside > 0) {
        add(Finding::Severity::Warning, "second-root",
            tr("The zip file has members outside “%2”, which PyTorch refuses (%1 in all).")
                .arg(QString::number(outside), displayName(m_root)));
    }
}

void TorchZip::checkUnused(const ZipStorages &storages, const Checkpoint::Parts &parts)
{
    std::size_t members = 0;
    qint64 bytes = 0;
    for (const ZipMember &member : m_zip.members()) {
        if (member.name.starts_with(storages.prefix()) && member.name.size() > storages.prefix().size()) {
            ++members;
            bytes += std::min(member.packed, m_file->size());
        }
    }
    std::size_t used = 0;
    for (const Storage &storage : parts.storages) {
        const bool isMember =
            storage.encoding != Storage::Encoding::Inline && (storage.bytes > 0 || storage.packed > 0);
        used += isMember ? 1 : 0;
        bytes -= isMember ? std::min(storage.packed, m_file->size()) : 0;
    }
    if (members > used && bytes > 0 && parts.problems.empty()) {
        add(Finding::Severity::Info, "unused-storage",
            tr("The file holds storages that none of its tensors uses: %1 in all.").arg(bytesText(bytes)));
    }
}

Result<std::shared_ptr<const Checkpoint>> TorchZip::open(Progress &progress)
{
    if (auto known = recognise(); !known)
        return known.error();
    const quint32 number = *m_zip.find(m_root + "data.pkl");
    const ZipMember &member = m_zip.members()[number];
    const QString subject = tr("“%1” in “%2”").arg(displayName(member.name), shown(*m_file));
    const auto unreadable = [this](const Error &why) {
        return Error{why.kind, tr("“%1” cannot be opened. %2").arg(shown(*m_file), why.message), m_file->path(),
                     why.offset};
    };
    const Result<LargeVector<char>> pickle = m_zip.contents(number, largestPickle);
    if (!pickle)
        return unreadable(pickle.error());
    Checkpoint::Parts parts;
    parts.path = m_file->path();
    parts.format = Format::TorchZip;
    parts.files.push_back(m_file);
    {
        SideProgress side;
        std::future<Result<void>> located = std::async([&] { return m_zip.locate(side); });
        PickleGraph graph({pickle->data(), pickle->size()});
        Result<PickleRun> run = readPickle(graph, 0, subject, progress);
        while (located.wait_for(20ms) == std::future_status::timeout)
            side.relay(progress);
        if (auto headers = located.get(); !headers)
            return headers.error();
        if (const QString problem = m_zip.problem(member); !problem.isEmpty())
            return unreadable({Error::Kind::Damaged, problem, m_file->path(), member.localOffset});
        if (!run)
            return Error{run.error().kind, run.error().message, m_file->path(), run.error().offset};
        parts.formatText =
            (m_isScript ? tr("TorchScript archive, protocol %1") : tr("PyTorch zip, protocol %1")).arg(run->protocol);
        m_findings.insert(m_findings.end(), run->findings.begin(), run->findings.end());
        if (run->end < pickle->size()) {
            add(Finding::Severity::Warning, "trailing-bytes",
                tr("%1 bytes follow the end of the pickle in %2.")
                    .arg(QString::number(pickle->size() - run->end), subject));
        }
        ZipStorages storages(m_zip, m_root);
        checkVersion();
        checkByteOrder(storages);
        checkNames();
        const bool isStored = member.method == ZipMember::stored;
        const TorchContents contents{graph, run->root, storages, isStored ? member.dataOffset : -1};
        if (auto bound = bindTorch(contents, parts, progress); !bound)
            return bound.error();
        checkUnused(storages, parts);
    }
    parts.findings.insert(parts.findings.begin(), m_zip.findings().begin(), m_zip.findings().end());
    parts.findings.insert(parts.findings.end(), m_findings.begin(), m_findings.end());
    return std::make_shared<const Checkpoint>(std::move(parts));
}

bool recognises(std::span<const std::byte> head)
{
    constexpr std::array signature{std::byte{'P'}, std::byte{'K'}, std::byte{3}, std::byte{4}};
    return head.size() >= signature.size() && std::equal(signature.begin(), signature.end(), head.begin());
}

Result<std::shared_ptr<const Checkpoint>> open(std::shared_ptr<const InputFile> file, Progress &progress)
{
    Result<ZipDirectory> zip = ZipDirectory::read(file);
    if (!zip)
        return zip.error();
    return TorchZip(std::move(file), std::move(*zip)).open(progress);
}
}

const FormatReader torchZipFormat{"torch-zip", recognises, open};
