// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/save/torchzipwriter.h"

#include "model/base/text.h"
#include "model/save/moduleversions.h"
#include "model/save/objectwriter.h"
#include "model/save/storageplan.h"
#include "model/save/ziplayout.h"

#include <QCoreApplication>

#include <algorithm>

namespace {
using Op = PickleWriter::Op;

QString tr(const char *text)
{
    return QCoreApplication::translate("TorchZipWriter", text);
}

/// Whether Python can decode it: UTF-8, in which its pickles allow lone surrogates.
bool isPythonText(std::string_view text)
{
    std::string strict;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool isSurrogate =
            text[i] == '\xED' && i + 2 < text.size() && (text[i + 1] & 0xE0) == 0xA0 && (text[i + 2] & 0xC0) == 0x80;
        if (isSurrogate)
            i += 2;
        else
            strict += text[i];
    }
    return isUtf8(strict);
}

Error unsupported(std::string_view name, const QString &why)
{
    return {Error::Kind::Unsupported, tr("“%1” cannot be saved in a torch file: %2.").arg(displayName(name), why)};
}

Result<void> checkDType(std::string_view name, DType dtype)
{
    if (info(dtype).kind == DTypeKind::Quantized) {
        return unsupported(name,
                           tr("its dtype %1 needs a scale that is not kept").arg(QString::fromLatin1(word(dtype))));
    }
    return {};
}

Result<void> checkRows(const Plan &plan)
{
    for (const Row &row : plan.outputs) {
        if (const auto ok = checkDType(row.name, row.value->dtype); !ok)
            return ok;
        if (!isPythonText(row.name))
            return unsupported(row.name, tr("its name is not valid UTF-8"));
    }
    return {};
}

/// Writes the pickle of one file and thereby decides which storages it has.
class TorchPickle
{
public:
    TorchPickle(const Plan &plan, const SaveOptions &options)
        : m_plan(plan)
        , m_options(options)
        , m_root(sourceRoot(plan))
    {
        m_layout.outputs.resize(plan.outputs.size());
        if (m_root)
            m_modules = renamedModules(plan, *m_root);
    }

    Result<Layout> layout()
    {
        if (const auto ok = checkObjects(); !ok)
            return ok.error();
        const ObjectId replaced = keepsObjects() ? m_root->object : noObject;
        auto survey = surveyObjects(replaced);
        if (const auto ok = checkTensors(survey.tensors); !ok)
            return ok.error();
        m_storages.emplace(checkpoint(), tensorsToPlace(survey.tensors));
        m_objects.emplace(
            m_plan.checkpoint, m_pickle, std::move(survey),
            [this](TensorIndex tensor) { writeTensor(m_storages->place(tensor), checkpoint().tensors()[tensor]); },
            ObjectWriter::Replacement{replaced, [this] { return writeStateDict(); }});
        if (const auto done = writeTop(); !done)
            return done.error();
        m_pickle.op(Op::Stop);
        addFindings();
        layOut();
        return std::move(m_layout);
    }

private:
    const Checkpoint &checkpoint() const { return *m_plan.checkpoint; }
    bool keepsObjects() const { return m_options.keepObjects && !checkpoint().objects().isEmpty(); }

    Result<void> checkObjects() const
    {
        if (!keepsObjects())
            return {};
        if (m_root && m_root->object != noObject && isDict(checkpoint().objects()[m_root->object]))
            return {};
        return Error{Error::Kind::Unsupported,
                     tr("The objects of “%1” cannot be kept: its tensors do not stand in a dictionary of their own.")
                         .arg(displayName(checkpoint().fileName().toStdString())),
                     checkpoint().path()};
    }

    ObjectWriter::Survey surveyObjects(ObjectId replaced) const
    {
        std::vector<ObjectId> from;
        if (keepsObjects())
            from.push_back(checkpoint().objects().root());
        for (const ModuleVersion &module : m_modules.modules)
            from.push_back(module.versions);
        return ObjectWriter::survey(checkpoint().objects(), std::move(from), replaced);
    }

    /// Tensors among the objects that are kept: those of the plan were checked before.
    Result<void> checkTensors(const std::vector<TensorIndex> &tensors) const
    {
        for (const TensorIndex index : tensors) {
            const Tensor &tensor = checkpoint().tensors()[index];
            if (const auto ok = checkSource(checkpoint(), tensor, tensor.name); !ok)
                return ok;
            if (const auto ok = checkDType(tensor.name, tensor.dtype); !ok)
                return ok;
        }
        return {};
    }

    std::vector<TensorIndex> tensorsToPlace(std::vector<TensorIndex> tensors) const
    {
        for (const Row &row : m_plan.outputs) {
            if (isCopy(*row.value))
                tensors.push_back(row.value->tensor);
        }
        return tensors;
    }

    Result<void> writeTop()
    {
        if (keepsObjects()) {
            m_layout.rootPath = m_root->path;
            return m_objects->write(checkpoint().objects().root());
        }
        if (m_options.rootKey.empty())
            return writeStateDict();
        m_layout.rootPath = {m_options.rootKey};
        m_pickle.op(Op::EmptyDict);
        m_pickle.text(m_options.rootKey);
        const auto done = writeStateDict();
        m_pickle.op(Op::SetItem);
        return done;
    }

    Result<void> writeStateDict()
    {
        m_pickle.emptyOrderedDict();
        if (!m_plan.outputs.empty()) {
            m_pickle.op(Op::Mark);
            for (std::size_t i = 0; i < m_plan.outputs.size(); ++i) {
                m_pickle.text(m_plan.outputs[i].name);
                writeOutput(i);
            }
            m_pickle.op(Op::SetItems);
        }
        return m_modules.modules.empty() ? Result<void>() : writeModuleVersions();
    }

    void writeOutput(std::size_t index)
    {
        const Expression &value = *m_plan.outputs[index].value;
        const Placement placement = m_storages->place(value);
        m_layout.outputs[index] = placement;
        Tensor tensor;
        const std::vector<TensorIndex> from = sources(value);
        if (from.size() == 1)
            tensor = checkpoint().tensors()[from.front()];
        tensor.dtype = value.dtype;
        tensor.shape = *value.shape;
        writeTensor(placement, tensor);
    }

    void writeTensor(const Placement &placement, const Tensor &tensor)
    {
        PickledTensor pickled;
        pickled.dtype = tensor.dtype;
        pickled.storage = placement.piece;
        pickled.storageBytes = m_storages->storageBytes(placement);
        pickled.offset = placement.byteOffset / byteSize(tensor.dtype);
        pickled.shape = tensor.shape;
        pickled.strides = placement.isContiguous ? contiguousStrides(tensor.shape) : placement.strides;
        pickled.requiresGrad = tensor.requiresGrad;
        pickled.isParameter = tensor.isParameter;
        m_pickle.tensor(pickled);
    }

    /// As an attribute of the dict just written (formats §1.8).
    Result<void> writeModuleVersions()
    {
        m_pickle.op(Op::EmptyDict);
        m_pickle.text("_metadata");
        m_pickle.emptyOrderedDict();
        m_pickle.op(Op::Mark);
        for (const ModuleVersion &module : m_modules.modules) {
            m_pickle.text(module.module);
            if (const auto done = m_objects->write(module.versions); !done)
                return done;
        }
        m_pickle.op(Op::SetItems);
        m_pickle.op(Op::SetItem);
        m_pickle.op(Op::Build);
        return {};
    }

    void addFindings()
    {
        append(m_layout.findings, m_storages->findings());
        append(m_layout.findings, metadataDropped(m_plan, {}));
        append(m_layout.findings, versionsDropped(m_modules));
        append(m_layout.findings, valuesAmong(m_plan));
        if (!keepsObjects())
            append(m_layout.findings, valuesBeside(m_plan));
        else if (hasOptimizer() && !isSameModel())
            m_layout.findings.push_back(
                {Finding::Severity::Warning, "optimizer-state",
                 tr("The optimizer's state is kept as it was and no longer matches the tensors: it numbers the "
                    "parameters of the source in their old order and shapes.")});
    }

    bool hasOptimizer() const
    {
        const auto &roots = checkpoint().roots();
        return std::any_of(roots.begin(), roots.end(), [](const Root &root) { return root.isOptimizer; });
    }

    /// Whether the outputs are the source's tensors in their order and shapes, under whatever names and dtypes.
    bool isSameModel() const
    {
        const auto before = checkpoint().tensors(*m_root);
        return std::equal(m_plan.outputs.begin(), m_plan.outputs.end(), before.begin(), before.end(),
                          [&](const Row &row, const Tensor &tensor) {
                              const auto from = sources(*row.value);
                              return from.size() == 1 && &checkpoint().tensors()[from.front()] == &tensor
                                  && *row.value->shape == tensor.shape;
                          });
    }

    void layOut()
    {
        m_layout.pieces = m_storages->takePieces();
        m_layout.views = m_storages->takeViews();
        ZipLayout zip;
        zip.add("archive/data.pkl", m_pickle.take());
        zip.add("archive/byteorder", "little");
        for (std::size_t i = 0; i < m_layout.pieces.size(); ++i)
            m_layout.pieces[i].offset = zip.add("archive/data/" + std::to_string(i), m_layout.pieces[i].bytes);
        zip.add("archive/version", "3\n");
        m_layout.bytes = zip.bytes();
        m_layout.needsCrc = true;
        m_layout.literals = [zip = std::move(zip)](std::span<const quint32> crcs) { return zip.literals(crcs); };
    }

    const Plan &m_plan;
    const SaveOptions &m_options;
    const Root *m_root;
    ModuleVersions m_modules;
    PickleWriter m_pickle;
    std::optional<StoragePlan> m_storages;
    std::optional<ObjectWriter> m_objects;
    Layout m_layout;
};
}

Result<Layout> torchLayout(const Plan &plan, const SaveOptions &options)
{
    if (const auto ok = checkRows(plan); !ok)
        return ok.error();
    return TorchPickle(plan, options).layout();
}
