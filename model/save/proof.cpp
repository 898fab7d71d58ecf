// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/save/proof.h"

#include "model/base/jsonwriter.h"
#include "model/base/nameindex.h"
#include "model/base/text.h"
#include "model/checkpoint/tensorbytes.h"
#include "model/save/derivation.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>

#include <algorithm>
#include <numeric>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Proof", text);
}

qint64 totalBytes(std::span<const FileDigest> files)
{
    return std::accumulate(files.begin(), files.end(), qint64(0),
                           [](qint64 sum, const FileDigest &file) { return sum + file.bytes; });
}

Result<void> canOpen(const QString &path)
{
    const auto opened = InputFile::open(path);
    return opened ? Result<void>() : opened.error();
}

/// What is said of a file that is not the certified one; empty: it is.
Result<QString> fileProblem(const QString &path, const FileDigest &certified, ByteCount &count)
{
    const auto file = InputFile::open(path);
    if (!file)
        return file.error();
    if ((*file)->size() != certified.bytes) {
        return tr("has %1 bytes instead of %2").arg(exactText((*file)->size()), exactText(certified.bytes));
    }
    const auto digest = digestFile(**file, WholeFile::Xxh3, count);
    if (!digest)
        return digest.error();
    return digest->xxh3 == certified.xxh3 ? QString() : tr("has other bytes than the certified ones");
}

/// Names as a certificate has them.
class CertifiedNames
{
    auto nameAt() const
    {
        return [this](quint32 at) { return m_names[at]; };
    }

public:
    template<typename List>
    explicit CertifiedNames(const List &list) : m_index(std::size(list))
    {
        for (const auto &named : list) {
            m_names.push_back(isUtf8(named.name) ? named.name : m_arena.store(validUtf8(named.name)));
            m_index.insert(quint32(m_names.size() - 1), nameAt());
        }
    }

    /// The position in the list, or NameIndex::none.
    quint32 find(Name name) const { return m_index.find(name, nameAt()); }

private:
    Arena m_arena;
    std::vector<Name> m_names;
    NameIndex m_index;
};

/// The root of the file that has most of the certified names, and where each is in it.
class CertifiedRoot
{
public:
    CertifiedRoot(const Checkpoint &checkpoint, const Certificate &certificate)
    {
        for (const Root &root : checkpoint.roots()) {
            const CertifiedNames names(checkpoint.tensors(root));
            std::vector<quint32> places;
            for (const CertifiedTensor &tensor : certificate.tensors) {
                const quint32 at = names.find(tensor.name);
                places.push_back(at == NameIndex::none ? at : root.first + at);
            }
            const auto found = qint64(places.size()) - std::count(places.begin(), places.end(), NameIndex::none);
            if (found > m_found) {
                m_found = found;
                m_root = &root;
                m_places = std::move(places);
            }
        }
        if (!m_root)
            m_places.assign(certificate.tensors.size(), NameIndex::none);
    }

    /// The tensor of that number in the certificate; NameIndex::none: not there.
    quint32 place(std::size_t tensor) const { return m_places[tensor]; }
    /// Tensors of the root that the certificate does not name.
    std::vector<quint32> others() const
    {
        std::vector<quint32> others(m_root ? m_root->count : 0);
        std::iota(others.begin(), others.end(), m_root ? m_root->first : 0);
        std::vector<quint32> known = m_places;
        std::sort(known.begin(), known.end());
        std::erase_if(others, [&](quint32 at) { return std::binary_search(known.begin(), known.end(), at); });
        return others;
    }

private:
    qint64 m_found = 0;
    const Root *m_root = nullptr;
    std::vector<quint32> m_places;
};

/// What is said of a dtype and a shape that are not the certified ones; empty: they are.
QString formProblem(const CertifiedTensor &certified, const QString &dtype, bool isDType, const Shape &shape)
{
    if (!isDType)
        return tr("has the dtype %1 instead of %2").arg(dtype, QString::fromLatin1(word(certified.dtype)));
    if (shape != certified.shape)
        return tr("has the shape %1 instead of %2").arg(shapeText(shape), shapeText(certified.shape));
    return {};
}

Result<QString> tensorProblem(const Checkpoint &checkpoint, TensorBytes &bytes, const Tensor &tensor,
                              const CertifiedTensor &certified, ByteCount &count)
{
    const QString form =
        formProblem(certified, checkpoint.dtypeText(tensor), tensor.dtype == certified.dtype, tensor.shape);
    if (!form.isEmpty())
        return form;
    if (const QString problem = checkpoint.problem(tensor); !problem.isEmpty())
        return tr("cannot be read: %1").arg(problem);
    const auto content = digestTensor(bytes, tensor, count);
    if (!content)
        return content.error().kind == Error::Kind::Cancelled ? Result<QString>(content.error())
                                                              : tr("cannot be read: %1").arg(content.error().message);
    return *content == certified.content ? QString() : tr("has other values than the certified ones");
}

Result<void> proveTensors(Proof &proof, const std::shared_ptr<const Checkpoint> &checkpoint,
                          const Certificate &certificate, ByteCount &count)
{
    const CertifiedRoot root(*checkpoint, certificate);
    TensorBytes bytes(checkpoint);
    for (std::size_t i = 0; i < certificate.tensors.size(); ++i) {
        const CertifiedTensor &certified = certificate.tensors[i];
        const quint32 place = root.place(i);
        Result<QString> problem = tr("is not in the file");
        if (place != NameIndex::none)
            problem = tensorProblem(*checkpoint, bytes, checkpoint->tensors()[place], certified, count);
        if (!problem)
            return problem.error();
        if (!problem->isEmpty())
            proof.differences.push_back({std::string(certified.name), *problem});
    }
    for (const quint32 other : root.others())
        proof.differences.push_back(
            {std::string(checkpoint->tensors()[other].name), tr("is in the file, but not in its certificate")});
    return {};
}

/// Digest one tensor as it comes out of the source again.
Result<ContentHash> derivedContent(Derivation &derivation, const Expression &value, ByteCount &count)
{
    const qint64 all = elements(value);
    ContentHasher hasher;
    std::vector<std::byte> block;
    for (qint64 first = 0; first < all; first += Derivation::blockElements) {
        block.resize(std::size_t(std::min(Derivation::blockElements, all - first) * byteSize(value.dtype)));
        if (const auto done = derivation.read(value, first, block); !done)
            return done.error();
        hasher.add(block);
        if (const auto going = count.add(qint64(block.size())); !going)
            return going.error();
    }
    return hasher.result();
}

Result<void> checkSource(const Plan &plan, const Certificate &certificate, ByteCount &count)
{
    const auto &files = plan.checkpoint->files();
    if (files.size() != certificate.sources.size()) {
        return Error{Error::Kind::DoesNotHold,
                     tr("“%1” has %2 files, but the certified source had %3.")
                         .arg(shownPath(plan.checkpoint->path()))
                         .arg(files.size())
                         .arg(certificate.sources.size())};
    }
    for (std::size_t i = 0; i < files.size(); ++i) {
        const auto problem = fileProblem(files[i]->path(), certificate.sources[i], count);
        if (!problem)
            return problem.error();
        if (!problem->isEmpty())
            return Error{Error::Kind::DoesNotHold,
                         tr("“%1” is not the certified source: it %2.").arg(shownPath(files[i]->path()), *problem)};
    }
    return {};
}
}

bool Proof::holds() const
{
    return unreadable.isEmpty() && differences.empty()
        && std::all_of(files.begin(), files.end(), [](const File &file) { return file.problem.isEmpty(); });
}

Result<Proof> prove(const QString &path, const Certificate &certificate, Progress &progress, const SaveTools &tools)
{
    Proof proof;
    proof.tensors = qint64(certificate.tensors.size());
    const bool isFolder = QFileInfo(path).isDir();
    if (const auto opened = isFolder ? Result<void>() : canOpen(path); !opened)
        return opened.error();
    ByteCount count(progress, 2 * totalBytes(certificate.outputs));
    const QDir folder = isFolder ? QDir(path) : QFileInfo(path).dir();
    for (const FileDigest &certified : certificate.outputs) {
        const bool isOnly = certificate.outputs.size() == 1 && !isFolder;
        const QString file = isOnly ? path : folder.filePath(QFileInfo(certified.path).fileName());
        const auto problem = fileProblem(file, certified, count);
        if (!problem && problem.error().kind == Error::Kind::Cancelled)
            return problem.error();
        proof.files.push_back({file, problem ? *problem : tr("cannot be read: %1").arg(problem.error().message)});
    }
    StopOnly silent(progress);
    const auto checkpoint = tools.openCheckpoint(path, silent);
    if (!checkpoint && checkpoint.error().kind == Error::Kind::Cancelled)
        return checkpoint.error();
    if (!checkpoint) {
        proof.unreadable = checkpoint.error().message;
        return proof;
    }
    if (const auto done = proveTensors(proof, *checkpoint, certificate, count); !done)
        return done.error();
    return proof;
}

Result<void> rederive(Proof &proof, const Plan &plan, const Certificate &certificate, const DeviceChoice &device,
                      Progress &progress, const SaveTools &tools)
{
    ByteCount count(progress, totalBytes(certificate.sources) + totalBytes(certificate.outputs));
    if (const auto same = checkSource(plan, certificate, count); !same)
        return same;
    Derivation derivation(plan.checkpoint, [&] { return tools.loadEvaluator(device); });
    const CertifiedNames names(plan.outputs);
    proof.rederived = 0;
    for (const CertifiedTensor &certified : certificate.tensors) {
        const quint32 at = names.find(certified.name);
        QString problem = tr("does not come out of the certified recipe");
        if (at != NameIndex::none) {
            const Expression &value = *plan.outputs[at].value;
            problem = formProblem(certified, QString::fromLatin1(word(value.dtype)), value.dtype == certified.dtype,
                                  *value.shape);
            const Result<ContentHash> content =
                problem.isEmpty() ? derivedContent(derivation, value, count) : Result<ContentHash>(ContentHash());
            if (!content)
                return content.error();
            if (problem.isEmpty() && *content != certified.content)
                problem = tr("has other values when it is derived again");
        }
        if (problem.isEmpty())
            ++*proof.rederived;
        else
            proof.differences.push_back({std::string(certified.name), problem});
    }
    return {};
}
